/** Where a file is played from. */
import type { FileRecord } from "../../../lib/types";
import { playAddress } from "../api";
import { freshAddress, needsFreshAddress, type FreshAddress } from "./fresh-address";
import { lastingAddress, mediaWorker } from "./media-worker-client";

/** The next file's address, fetched ahead. */
let prepared: { file_id: string; address: FreshAddress } | null = null;

/** Return the worker's address if there is a worker; `direct`: the store's own, which expires. */
export async function mediaAddress(file: FileRecord, signal: AbortSignal, direct: boolean): Promise<FreshAddress> {
  if (!direct && (await mediaWorker())) return { url: lastingAddress(file), dies_at: Number.POSITIVE_INFINITY };
  const ahead = prepared?.file_id === file.file_id ? prepared.address : null;
  prepared = null;
  if (ahead && !needsFreshAddress(ahead, UNHEARD, performance.now())) return ahead;
  return storeAddress(file, signal);
}

/** Fetch the first bytes of the next file, or at least its address, so that it follows at once. */
export function prepare(file: FileRecord): void {
  // Only a head start: a failure here is tried again when the file plays.
  void prepareNow(file).catch(() => undefined);
}

async function prepareNow(file: FileRecord): Promise<void> {
  if (await mediaWorker()) await fetch(lastingAddress(file), { headers: { range: "bytes=0-0" } });
  else prepared = { file_id: file.file_id, address: await storeAddress(file) };
}

const UNHEARD = { second: 0, duration: null, buffered: [] };

async function storeAddress({ file_id }: FileRecord, signal?: AbortSignal): Promise<FreshAddress> {
  return freshAddress(await playAddress(file_id, signal), performance.now());
}
