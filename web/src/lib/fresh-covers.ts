/** Covers uploaded on this visit, from this device's own bytes: a row shows them until the service's picture has come. */
import { useSyncExternalStore } from "react";
import { createStore } from "./store";

/** Each holds its bytes in memory. */
const MOST = 50;

interface FreshCover {
  picture: Blob;
  /** Its object URL. */
  url: string;
}

/** By file. */
const covers = createStore<ReadonlyMap<string, FreshCover>>(new Map());

export function keepFreshCover(file_id: string, picture: Blob): void {
  const before = covers.get().get(file_id);
  // Another address of the same picture would only make it flicker.
  if (before?.picture === picture) return;
  if (before) URL.revokeObjectURL(before.url);
  const next = new Map(covers.get()).set(file_id, { picture, url: URL.createObjectURL(picture) });
  for (const [oldest, { url }] of next) {
    if (next.size <= MOST) break;
    URL.revokeObjectURL(url);
    next.delete(oldest);
  }
  covers.set(next);
}

/** The file has another cover now, or none. */
export function forgetFreshCover(file_id: string): void {
  const next = new Map(covers.get());
  const before = next.get(file_id);
  if (!before) return;
  URL.revokeObjectURL(before.url);
  next.delete(file_id);
  covers.set(next);
}

/** The address of a fresh cover, or null. */
export function useFreshCover(file_id: string): string | null {
  return useSyncExternalStore(covers.subscribe, () => covers.get().get(file_id)?.url ?? null);
}
