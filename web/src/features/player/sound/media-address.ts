/** Where the bytes of a file or a rendition are fetched from. */
import { deviceBytes } from "../../device/device-songs";
import type { MediaFile } from "../worker/byte-cache";
import { type FreshAddress, needsFreshAddress } from "./fresh-address";
import { isOutdated, lastingAddress, mediaWorker, storeAddress } from "./media-worker-client";

/** The next file's address, fetched ahead. */
let prepared: { file: MediaFile; address: FreshAddress } | null = null;

/** Return the worker's address if there is a worker; `direct`: the store's own, which expires. */
export async function mediaAddress(file: MediaFile, signal: AbortSignal, direct: boolean): Promise<FreshAddress> {
  const onDevice = direct || file.rendition !== null ? null : await deviceAddress(file);
  if (onDevice !== null) return { url: onDevice, dies_at: Number.POSITIVE_INFINITY };
  if (!direct && !isOutdated(file) && (await mediaWorker())) return { url: lastingAddress(file), dies_at: Number.POSITIVE_INFINITY };
  const ahead = prepared && isSame(prepared.file, file) ? prepared.address : null;
  prepared = null;
  if (ahead && !needsFreshAddress(ahead, UNHEARD, performance.now())) return ahead;
  return storeAddress(file, signal);
}

/** Fetch the first bytes of the next file, or at least its address, so that it follows at once. */
export async function prepareFile(file: MediaFile): Promise<void> {
  if (!isOutdated(file) && (await mediaWorker())) await fetch(lastingAddress(file), { headers: { range: "bytes=0-0" } });
  else prepared = { file, address: await storeAddress(file) };
}

/** The last address of a song on this device: one plays at a time. */
let deviceUrl: string | null = null;

/** Null if the song is not on this device. */
async function deviceAddress(file: MediaFile): Promise<string | null> {
  const bytes = await deviceBytes(file).catch(() => null);
  if (!bytes) return null;
  if (deviceUrl !== null) URL.revokeObjectURL(deviceUrl);
  return (deviceUrl = URL.createObjectURL(bytes));
}

const UNHEARD = { second: 0, duration: null, buffered: [] };

function isSame(one: MediaFile, other: MediaFile): boolean {
  return one.file_id === other.file_id && one.rendition === other.rendition;
}
