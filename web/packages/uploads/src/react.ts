/** The uploads as a React hook. */
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import { createUploads, type MoodropUploads, type UploadsOptions } from "./queue/create-uploads.js";
import { EMPTY_SNAPSHOT, type UploadsSnapshot } from "./queue/snapshot.js";

type Verbs = Omit<MoodropUploads, "snapshot" | "subscribe" | "destroy">;

export interface MoodropUploadsHook extends UploadsSnapshot, Verbs {}

/**
 * One queue for as long as the component lives; what is on its way then is stopped, and kept in the store.
 *
 * Another `client`, `baseUrl`, `owner` or `limits` makes another queue: keep `client` and `limits` the same objects.
 * Draws again ten times a second while bytes move: use it low in the tree. The verbs stay the same functions.
 */
export function useMoodropUploads(options: UploadsOptions = {}): MoodropUploadsHook {
  const { client, baseUrl, owner, limits } = options;
  const [place] = useState(createPlace);
  const latest = useEffectEvent(() => options);

  useEffect(
    () =>
      place.open({
        ...latest(),
        client,
        baseUrl,
        owner,
        limits,
        describe: async (draft) => latest().describe?.(draft) ?? {},
        onDone: (file) => latest().onDone?.(file),
        onContinued: (upload, percent) => latest().onContinued?.(upload, percent),
        onFailed: (upload, error) => latest().onFailed?.(upload, error),
        onCoverFailed: (upload, error) => latest().onCoverFailed?.(upload, error),
      }),
    [place, client, baseUrl, owner, limits],
  );

  const snapshot = useSyncExternalStore(place.subscribe, place.snapshot, nothingYet);
  return { ...snapshot, ...place.verbs };
}

const nothingYet = () => EMPTY_SNAPSHOT;

/** Where a component has its queue: empty while it is not on the page. */
function createPlace() {
  let queue: MoodropUploads | null = null;
  const listeners = new Set<() => void>();
  const tell = () => listeners.forEach((listener) => listener());
  return {
    /** Make the queue; returns how to end it. */
    open(options: UploadsOptions): () => void {
      const made = createUploads(options);
      made.subscribe(tell);
      queue = made;
      return () => {
        queue = null;
        made.destroy();
      };
    },
    snapshot: () => queue?.snapshot() ?? EMPTY_SNAPSHOT,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    verbs: verbsOf(() => queue),
  };
}

/** The verbs of whatever queue there is at the moment of the call. */
function verbsOf(now: () => MoodropUploads | null): Verbs {
  return {
    add: (files, meta) => now()?.add(files, meta),
    edit: (local_id, meta) => now()?.edit(local_id, meta),
    editAll: (meta) => now()?.editAll(meta),
    removeKnown: () => now()?.removeKnown(),
    keepKnown: () => now()?.keepKnown(),
    start: () => now()?.start(),
    discardDrafts: () => now()?.discardDrafts(),
    pause: (local_id) => now()?.pause(local_id),
    resume: (local_id) => now()?.resume(local_id),
    remove: (local_id) => now()?.remove(local_id),
    pauseAll: () => now()?.pauseAll(),
    resumeAll: () => now()?.resumeAll(),
    retryAll: () => now()?.retryAll(),
    removeActive: () => now()?.removeActive(),
    removeSettled: () => now()?.removeSettled(),
    removeDone: () => now()?.removeDone(),
    continueWith: (files) => now()?.continueWith(files) ?? false,
    discard: (upload_id) => now()?.discard(upload_id),
  };
}
