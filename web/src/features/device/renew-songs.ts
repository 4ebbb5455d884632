/** Tells the songs on this device what the page learns of their files, so that they are the same without a network. */
import { deviceCacheOf, readLastOwner } from "../../lib/last-owner";
import type { FileRecord } from "../../lib/types";

/** One after another, so that what is learned last stays. */
let renewing = Promise.resolve();

/** Most people keep none: then nothing is loaded. */
export function renewSongs(files: readonly FileRecord[]): void {
  renewing = renewing.then(() => renewNow(files)).catch(() => undefined);
}

async function renewNow(files: readonly FileRecord[]): Promise<void> {
  const { caches } = globalThis;
  const owner = readLastOwner();
  if (!caches || owner === null || !(await caches.has(deviceCacheOf(owner)))) return;
  const { renewDeviceSongs } = await import("./device-songs");
  await renewDeviceSongs(files);
}
