/** Files that another app shared with the installed page. The service worker has stored them. */
import { NOTHING_LEFT_OUT, type LeftOut } from "./left-out";

/** Keep in step with the worker: features/player/worker/shared-files.ts. */
const CACHE = "moodrop-shared";
const ADDRESS = "/share";
/** Whoever signs in much later did not share them. */
const LIFE_MS = 3_600_000;

export interface Shared {
  files: File[];
  leftOut: LeftOut;
}

const NOTHING: Shared = { files: [], leftOut: NOTHING_LEFT_OUT };

/** Return them and forget them: they are handed out once. */
export async function takeShared(caches: CacheStorage | undefined = globalThis.caches, now = Date.now()): Promise<Shared> {
  if (!caches || !(await caches.has(CACHE))) return NOTHING;
  const cache = await caches.open(CACHE);
  const { at, left_out } = await aboutIn(cache);
  const files = await Promise.all((await cache.keys()).map((key) => fileIn(cache, key)));
  await caches.delete(CACHE);
  if (now - at > LIFE_MS) return NOTHING;
  return { files: files.filter((file) => file !== null), leftOut: { ...NOTHING_LEFT_OUT, unreadable: left_out } };
}

/** A share whose note is missing was cut off: it counts as old. */
async function aboutIn(cache: Cache): Promise<{ at: number; left_out: number }> {
  const about: unknown = await (await cache.match(ADDRESS))?.json();
  const known = typeof about === "object" && about !== null && "at" in about && "left_out" in about;
  return known ? { at: Number(about.at), left_out: Number(about.left_out) } : { at: 0, left_out: 0 };
}

async function fileIn(cache: Cache, key: Request): Promise<File | null> {
  const response = await cache.match(key);
  const name = response?.headers.get("x-name");
  if (!response || name === null || name === undefined) return null;
  return new File([await response.blob()], decodeURIComponent(name), { type: response.headers.get("content-type") ?? "" });
}
