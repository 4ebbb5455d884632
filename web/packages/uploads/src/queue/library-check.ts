/** Checks in the background whether the library already has the chosen files. */
import type { FileRecord } from "../api/types.js";
import { findKnown, type KnownFilesPorts } from "./known-files.js";
import type { KnownFile } from "./snapshot.js";
import type { Draft } from "./upload-progress.js";

export type LibraryCheck = ReturnType<typeof createLibraryCheck>;

/** `within_ms`: how long one check may take. */
export function createLibraryCheck(ports: KnownFilesPorts, within_ms: number, signal: AbortSignal, onChange: () => void) {
  let known: readonly KnownFile[] = [];
  let current = new AbortController();

  function add({ local_id }: Draft, file: FileRecord): void {
    known = [...known, { local_id, file }];
    onChange();
  }

  return {
    known: () => known,
    /** Best effort: nothing waits for it, and failures are ignored. */
    async check(drafts: readonly Draft[]): Promise<void> {
      if (drafts.length === 0) return;
      const limit = AbortSignal.any([signal, current.signal, AbortSignal.timeout(within_ms)]);
      await findKnown(drafts, ports, add, limit).catch(() => undefined);
    },
    /** Treat the known files like all others. */
    clear(): void {
      known = [];
    },
    /** Stop checking: the drafts are started, or gone. */
    stop(): void {
      current.abort();
      current = new AbortController();
      known = [];
    },
  };
}
