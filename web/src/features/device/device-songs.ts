/**
 * Songs on this device, to be played without a network: their bytes, covers and records, in the browser's cache.
 *
 * They belong to the account that kept them: each has a cache of its own, and nobody sees another's. An expired session
 * leaves them where they are; who signs out hides them until they sign in again.
 */
import { setDeviceCovers, versionOf, type DeviceCover } from "../../lib/device-covers";
import { deviceCacheOf, readLastOwner } from "../../lib/last-owner";
import { createStore } from "../../lib/store";
import { DEVICE_WIDTH, serviceAddress } from "../../lib/thumbnail-address";
import type { FileRecord } from "../../lib/types";
import { withinTime } from "../../lib/wait";

/** What is shown and played without a network. Its size counts the cover. */
export type DeviceSong = Pick<FileRecord, "file_id" | "size_bytes"> & { record: FileRecord };

const recordOf = (file_id: string) => `/kept/${encodeURIComponent(file_id)}/record`;
const bytesOf = (file_id: string) => `/kept/${encodeURIComponent(file_id)}/bytes`;
const coverOf = (file_id: string) => `/kept/${encodeURIComponent(file_id)}/cover`;
const RECORD = /^\/kept\/[^/]+\/record$/;

/** By file; null until they have been read. */
export const deviceSongs = createStore<ReadonlyMap<string, DeviceSong> | null>(null);

export interface Means {
  caches: CacheStorage;
  owner: string | null;
}

/** Null where the browser has no such storage, as on plain HTTP, or nobody has signed in yet. */
export function thisDevice(): Means | null {
  const { caches } = globalThis;
  return caches ? { caches, owner: readLastOwner() } : null;
}

/** Read them again. They are those of whoever signed in last. */
export async function readDeviceSongs(means: Means | null = thisDevice()): Promise<ReadonlyMap<string, DeviceSong>> {
  const songs = new Map<string, DeviceSong>();
  const covers = new Map<string, DeviceCover>();
  const cache = await openDeviceCache(means, { create: false });
  for (const key of cache ? await cache.keys() : []) {
    if (!cache || !RECORD.test(new URL(key.url).pathname)) continue;
    const record = await readRecord(cache, key);
    if (!record) continue;
    const { file_id } = record;
    const cover = await readCover(cache, file_id);
    if (cover) covers.set(file_id, cover);
    songs.set(file_id, { file_id, size_bytes: record.size_bytes + (cover?.picture.size ?? 0), record });
  }
  setDeviceCovers(covers);
  deviceSongs.set(songs);
  return songs;
}

async function readRecord(cache: Cache, key: string | Request): Promise<FileRecord | null> {
  const response = await cache.match(key);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is stored below alone
  return response ? ((await response.json()) as FileRecord) : null;
}

async function readCover(cache: Cache, file_id: string): Promise<DeviceCover | null> {
  const response = await cache.match(coverOf(file_id));
  return response ? { version: response.headers.get("x-version") ?? "", picture: await response.blob() } : null;
}

/** A song that comes more slowly than this, and half a minute, does not come. */
const BEGIN_MS = 30_000;
const SLOWEST_BYTES_PER_MS = 16;

/** Store a song from its address in the store; return its size. Rejects if it does not arrive whole, or there is no room. */
export async function keepSong(record: FileRecord, url: string, means: Means | null = thisDevice()): Promise<number> {
  const cache = await openDeviceCache(means, { create: true });
  if (!cache) throw new Error("There is no place for it");
  const signal = withinTime(BEGIN_MS + record.size_bytes / SLOWEST_BYTES_PER_MS);
  const response = await fetch(url, { credentials: "omit", cache: "no-store", signal });
  if (!response.ok) throw new Error(`The store answered ${response.status}`);
  const bytes = await response.blob();
  if (bytes.size !== record.size_bytes) throw new Error("The song did not arrive whole");
  await cache.put(bytesOf(record.file_id), new Response(bytes, { headers: { "content-type": record.content_type, "x-version": record.confirmed_at } }));
  // A song is worth keeping without its picture, too: it then has a drawn one.
  await storeCover(cache, record).catch(() => undefined);
  // The record comes last: where it is, the bytes are.
  await cache.put(recordOf(record.file_id), Response.json(record));
  return (await readDeviceSongs(means)).get(record.file_id)?.size_bytes ?? record.size_bytes;
}

/** The drawn cover of a song without a picture needs its record alone. */
async function storeCover(cache: Cache, record: FileRecord): Promise<void> {
  await cache.delete(coverOf(record.file_id));
  const [address, version] = [serviceAddress(record, DEVICE_WIDTH), versionOf(record)];
  if (address === null || version === null) return;
  const response = await fetch(address, { signal: withinTime(BEGIN_MS) });
  if (!response.ok) return;
  const picture = await response.blob();
  await cache.put(coverOf(record.file_id), new Response(picture, { headers: { "content-type": picture.type, "x-version": version } }));
}

/**
 * Store what has become of the kept songs among these files: a new title, mood or cover. A song whose bytes are others
 * meanwhile stays as it was kept: its record goes with the bytes that play.
 */
export async function renewDeviceSongs(files: readonly FileRecord[], means: Means | null = thisDevice()): Promise<void> {
  const cache = await openDeviceCache(means, { create: false });
  if (!cache) return;
  const stored = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  const all = files.filter(({ file_id }) => stored.has(recordOf(file_id)));
  for (const file of all) if (isNewer(file, await readRecord(cache, recordOf(file.file_id)))) await renew(cache, file);
  if (all.length > 0) await readDeviceSongs(means);
}

function isNewer(file: FileRecord, stored: FileRecord | null): boolean {
  return stored !== null && file.revision > stored.revision && file.confirmed_at === stored.confirmed_at;
}

async function renew(cache: Cache, record: FileRecord): Promise<void> {
  await cache.put(recordOf(record.file_id), Response.json(record));
  const cover = await readCover(cache, record.file_id);
  // If it does not come, a cover is drawn.
  if ((cover?.version ?? null) !== versionOf(record)) await storeCover(cache, record).catch(() => undefined);
}

export async function removeDeviceSong(file_id: string, means: Means | null = thisDevice()): Promise<void> {
  const cache = await openDeviceCache(means, { create: false });
  await cache?.delete(recordOf(file_id));
  await cache?.delete(coverOf(file_id));
  await cache?.delete(bytesOf(file_id));
  await readDeviceSongs(means);
}

/** Return the bytes of a kept song; null if it is not kept, or has other bytes meanwhile. `version` is its `confirmed_at`. */
export async function deviceBytes({ file_id, version }: { file_id: string; version: string }, means: Means | null = thisDevice()): Promise<Blob | null> {
  const cache = await openDeviceCache(means, { create: false });
  const response = (await cache?.match(recordOf(file_id))) && (await cache?.match(bytesOf(file_id)));
  return response?.headers.get("x-version") === version ? response.blob() : null;
}

async function openDeviceCache(means: Means | null, { create }: { create: boolean }): Promise<Cache | null> {
  if (!means || means.owner === null) return null;
  const name = deviceCacheOf(means.owner);
  return create || (await means.caches.has(name)) ? means.caches.open(name) : null;
}
