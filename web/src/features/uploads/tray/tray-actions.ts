/** The queue's actions, announced where the page alone would not show what happened. */
import type { MoodropUploads } from "@moodrop/uploads";
import { announce } from "../../../lib/announce";
import { words } from "../../../lib/words";
import { nameOf } from "../name-of";
import type { TrayActions } from "./upload-tray";

/** All but "Cancel all", which can be undone (use-cancel-all.ts), and playing and opening, which are not its concern. */
export function trayActions(queue: MoodropUploads): Omit<TrayActions, "cancelAll" | "play" | "open"> {
  return {
    edit: ({ local_id }, meta) => queue.edit(local_id, meta),
    pause(upload) {
      queue.pause(upload.local_id);
      announce(words.uploads.announcePaused(nameOf(upload)));
    },
    resume(upload) {
      queue.resume(upload.local_id);
      announce(words.uploads.announceResumed(nameOf(upload)));
    },
    remove: ({ local_id }) => queue.remove(local_id),
    pauseAll() {
      queue.pauseAll();
      announce(words.uploads.announceAllPaused);
    },
    resumeAll() {
      queue.resumeAll();
      announce(words.uploads.announceAllResumed);
    },
    retryAll: () => queue.retryAll(),
    clear: () => queue.removeSettled(),
    continueWith: (files) => queue.continueWith(files),
    discard: ({ upload_id }) => queue.discard(upload_id),
  };
}
