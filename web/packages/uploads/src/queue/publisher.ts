/** Gives out snapshots of the uploads, and calls who listens. */
import { EMPTY_SNAPSHOT, type UploadsSnapshot } from "./snapshot.js";

/** Progress changes a hundred times a second; people see ten. */
const PUBLISH_MS = 100;

export type Publisher = ReturnType<typeof createPublisher>;

export function createPublisher(build: () => UploadsSnapshot) {
  const listeners = new Set<() => void>();
  let snapshot = EMPTY_SNAPSHOT;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function publish(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    snapshot = build();
    for (const notify of listeners) notify();
  }

  return {
    publish,
    /** Publish soon, together with other changes. */
    schedule: (): void => {
      timer ??= setTimeout(publish, PUBLISH_MS);
    },
    snapshot: () => snapshot,
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    unsubscribeAll: () => listeners.clear(),
  };
}
