/** What the service made of a file. It is read once for all who ask, and again before its addresses expire. */
import { ApiError } from "../../../lib/api-error";
import type { Media } from "../../../lib/types";
import { mediaOf } from "../api";
import { freshAddress, type StoreAddress } from "./fresh-address";

/** Addresses are renewed after this share of their life. */
const RENEWED_AT = 0.6;
/** While jobs run, the answer changes. */
const UNFINISHED_MS = 10_000;
const MOST_FILES = 50;

interface Known {
  media: Promise<Media>;
  /** Both on the clock of performance.now(). */
  asked_at: number;
  renew_at: number;
}

const known = new Map<string, Known>();

export function currentMedia(file_id: string): Promise<Media> {
  return current(file_id).media;
}

/** Read it again next time, whatever the clock says: the store refuses an address of it. */
export function forgetMedia(file_id: string): void {
  known.delete(file_id);
}

/** The address of a rendition, fresh enough for a request. Rejects with an ApiError; with 404 if there is no such rendition. */
export async function renditionAddress(file_id: string, name: string): Promise<StoreAddress> {
  const { media, asked_at } = current(file_id);
  const { renditions, expires_at, server_time } = await media;
  const rendition = renditions.find((one) => one.name === name);
  if (!rendition) throw new ApiError(GONE);
  const { url, etag: version } = rendition;
  return { ...freshAddress({ url, expires_at, server_time }, asked_at), version, etag: null };
}

const GONE = { code: "media_missing", status: 404, detail: "There is no such rendition.", hint: "", retryable: false, retry_after: null };

function current(file_id: string): Known {
  const last = known.get(file_id);
  return last && performance.now() < last.renew_at ? last : read(file_id);
}

function read(file_id: string): Known {
  const asked_at = performance.now();
  const entry: Known = { media: mediaOf(file_id), asked_at, renew_at: Number.POSITIVE_INFINITY };
  known.set(file_id, entry);
  const [oldest] = known.keys();
  if (known.size > MOST_FILES && oldest !== undefined) known.delete(oldest);
  entry.media.then(
    (media) => (entry.renew_at = asked_at + lifeOf(media)),
    () => known.get(file_id) === entry && known.delete(file_id),
  );
  return entry;
}

/** Computed from the service's own two times, so that this computer's clock does not matter. */
function lifeOf({ state, expires_at, server_time }: Media): number {
  const life = (Date.parse(expires_at) - Date.parse(server_time)) * RENEWED_AT;
  return state === "ready" || state === "failed" ? life : Math.min(life, UNFINISHED_MS);
}
