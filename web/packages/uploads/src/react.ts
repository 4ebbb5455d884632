/** The uploads as React hooks. */
import { useEffect, useInsertionEffect, useRef, useState, useSyncExternalStore } from "react";
import { createUploads, type MoodropUploads } from "./queue/create-uploads.js";
import { EMPTY_SNAPSHOT, type UploadsSnapshot } from "./queue/snapshot.js";
import type { UploadsOptions } from "./queue/uploads-options.js";

type Verbs = Omit<MoodropUploads, "snapshot" | "subscribe" | "destroy">;

export interface MoodropUploadsHook extends UploadsSnapshot, Verbs {}

/** The state of uploads that `createUploads()` made outside React. Renders up to ten times a second while bytes move. */
export function useUploadsSnapshot(uploads: Pick<MoodropUploads, "snapshot" | "subscribe">): UploadsSnapshot {
  return useSyncExternalStore(uploads.subscribe, uploads.snapshot, emptySnapshot);
}

/**
 * Uploads that live as long as the component. When it unmounts they stop; what the store has stays there.
 *
 * A new `client`, `baseUrl`, `owner` or `limits` makes a new queue, so keep `client` and `limits` the same objects.
 * Renders up to ten times a second while bytes move: use it low in the tree. The methods stay the same functions.
 */
export function useMoodropUploads(options: UploadsOptions = {}): MoodropUploadsHook {
  const { client, baseUrl, owner, limits } = options;
  const [holder] = useState(createHolder);
  const latest = useLatest(options);

  useEffect(
    () =>
      holder.open({
        ...latest.current,
        client,
        baseUrl,
        owner,
        limits,
        describe: async (draft) => latest.current.describe?.(draft) ?? {},
        onDone: (file) => latest.current.onDone?.(file),
        onEdited: (file) => latest.current.onEdited?.(file),
        onEditFailed: (upload, error) => latest.current.onEditFailed?.(upload, error),
        onContinued: (upload, percent) => latest.current.onContinued?.(upload, percent),
        onFailed: (upload, error) => latest.current.onFailed?.(upload, error),
        onCoverFailed: (upload, error) => latest.current.onCoverFailed?.(upload, error),
      }),
    [holder, latest, client, baseUrl, owner, limits],
  );

  return { ...useUploadsSnapshot(holder), ...holder.verbs };
}

/** A ref to the value of the last render, for callbacks. React 18 has no useEffectEvent; an insertion effect runs before all others. */
function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}

const emptySnapshot = () => EMPTY_SNAPSHOT;

/** Holds a component's queue; empty while the component is not mounted. */
function createHolder() {
  let queue: MoodropUploads | null = null;
  const listeners = new Set<() => void>();
  const notify = () => listeners.forEach((listener) => listener());
  return {
    /** Create the queue. Returns how to destroy it. */
    open(options: UploadsOptions): () => void {
      const opened = createUploads(options);
      opened.subscribe(notify);
      queue = opened;
      return () => {
        queue = null;
        opened.destroy();
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

/** The methods of whatever queue there is when they are called. */
function verbsOf(current: () => MoodropUploads | null): Verbs {
  return {
    add: (files, meta) => current()?.add(files, meta),
    addAndStart: (files, meta) => current()?.addAndStart(files, meta),
    edit: (local_id, meta) => current()?.edit(local_id, meta),
    editAll: (meta) => current()?.editAll(meta),
    removeKnown: () => current()?.removeKnown(),
    keepKnown: () => current()?.keepKnown(),
    start: () => current()?.start(),
    discardDrafts: () => current()?.discardDrafts(),
    pause: (local_id) => current()?.pause(local_id),
    resume: (local_id) => current()?.resume(local_id),
    remove: (local_id) => current()?.remove(local_id),
    pauseAll: () => current()?.pauseAll(),
    resumeAll: () => current()?.resumeAll(),
    retryAll: () => current()?.retryAll(),
    removeActive: () => current()?.removeActive(),
    removeSettled: () => current()?.removeSettled(),
    removeDone: () => current()?.removeDone(),
    continueWith: (files) => current()?.continueWith(files) ?? false,
    discard: (upload_id) => current()?.discard(upload_id),
  };
}
