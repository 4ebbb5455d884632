/** The upload queue, as React sees it. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { announce } from "../../lib/announce";
import { useStore } from "../../lib/store";
import type { FileRecord, Limits } from "../../lib/types";
import { words } from "../../lib/words";
import type { UploadQueue, UploadSnapshot } from "./upload-queue";

export interface UploadsHandle {
  /** Null until its code is there: the first look at the library does not wait for it. */
  queue: UploadQueue | null;
  /** Add files to choose from; they wait for the queue. */
  add: (files: File[]) => void;
}

/** One queue for as long as the component lives; what is on its way then is stopped. */
export function useUploadQueue(limits: Limits, owner: string, onDone: (file: FileRecord) => void): UploadsHandle {
  const [queue, setQueue] = useState<UploadQueue | null>(null);
  const ready = useRef<Promise<UploadQueue> | null>(null);
  const done = useEffectEvent(onDone);

  useEffect(() => {
    let alive = true;
    const made = import("./upload-queue").then(({ createUploadQueue }) =>
      createUploadQueue(limits, owner, {
        onDone(file) {
          announce(words.uploads.announceDone(file.title ?? file.filename));
          done(file);
        },
        onContinued: (name, percent) => announce(words.uploads.continued(name, percent), { shown: true }),
        onFailed: (name, failure) => announce(words.uploads.announceFailed(name, failure.detail)),
      }),
    );
    ready.current = made;
    // When the code cannot be loaded, the first choice of files says so.
    made.then((it) => alive && setQueue(it), () => undefined);
    return () => {
      alive = false;
      made.then((it) => it.destroy(), () => undefined);
    };
  }, [limits, owner]);

  const add = useCallback((files: File[]) => {
    ready.current?.then(
      (it) => it.add(files),
      () => announce(words.problems.unreachable.detail, { shown: true }),
    );
  }, []);

  return { queue, add };
}

/** All that moves in the queue. Draws again with every bit of progress: use it low in the tree. */
export function useUploads(queue: UploadQueue): UploadSnapshot {
  return useStore(queue.store);
}

/** Ask before the page is left while songs are on their way. */
export function useLeaveWarning(active: boolean): void {
  useEffect(() => {
    if (!active) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    globalThis.addEventListener("beforeunload", ask);
    return () => globalThis.removeEventListener("beforeunload", ask);
  }, [active]);
}

const SETTLE_MS = 4000;

/** When all is done and nothing failed, the tray has said what it had to say. */
export function useClearWhenDone(queue: UploadQueue, finished: boolean): void {
  useEffect(() => {
    if (!finished) return undefined;
    const timer = setTimeout(queue.removeDone, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [queue, finished]);
}
