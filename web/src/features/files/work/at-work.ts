/** Which files the service is still working on. The part that asks for news (media-work.ts) loads once there is one. */
import { useMemo } from "react";
import { createStore } from "../../../lib/store";
import type { FileRecord, Session } from "../../../lib/types";
import { useNow } from "../../../lib/use-browser";

/** Ids of files whose jobs a worker does: their rows show it. */
export const atWork = createStore<ReadonlySet<string>>(new Set());

/** A new file shows no state until a worker has seen it. Clocks may differ. */
const NEW_MS = 5 * 60_000;

/** Whether its thumbnail and the like may still come. */
export function mayChange({ media_state, confirmed_at }: FileRecord, now: number): boolean {
  if (media_state === null) return Math.abs(now - Date.parse(confirmed_at)) < NEW_MS;
  return media_state === "waiting" || media_state === "working";
}

/** Return those of one's own files that may still change, where there are workers at all. */
export function useChanging({ features, owner }: Session, files: readonly FileRecord[]): readonly FileRecord[] {
  const now = useNow(NEW_MS).getTime();
  return useMemo(
    () => (features.media ? files.filter((file) => file.owner === owner && mayChange(file, now)) : []),
    [features, owner, files, now],
  );
}
