/** The upload queue, as React sees it. */
import { useEffect, useEffectEvent, useState } from "react";
import { announce } from "../../lib/announce";
import { useStore } from "../../lib/store";
import type { FileRecord, Limits } from "../../lib/types";
import { words } from "../../lib/words";
import { createUploadQueue, type UploadQueue, type UploadSnapshot } from "./upload-queue";

/** One queue for as long as the component lives; what is on its way then is stopped. */
export function useUploadQueue(limits: Limits, onDone: (file: FileRecord) => void): UploadQueue {
  const done = useEffectEvent(onDone);
  const [queue] = useState(() => createUploadQueue(limits));

  useEffect(() => {
    const stopListening = queue.listen({
      onDone(file) {
        announce(words.uploads.announceDone(file.title ?? file.filename));
        done(file);
      },
      onFailed: (name, failure) => announce(words.uploads.announceFailed(name, failure.detail)),
    });
    return () => {
      stopListening();
      queue.removeActive();
    };
  }, [queue]);

  return queue;
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
