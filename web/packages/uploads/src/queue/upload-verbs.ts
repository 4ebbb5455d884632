/** The methods of the uploads, for a page's buttons. Each publishes a snapshot at once: no click must lag behind. */
import type { FileMeta } from "../api/types.js";
import { isActive, isComplete, isDraft, isPaused, isRetryable, isSettled, type Entry } from "./entry-list.js";
import type { FileChoice } from "./file-choice.js";
import type { LibraryCheck } from "./library-check.js";
import type { Recovery } from "./recovery.js";
import type { UploadQueue } from "./upload-queue.js";

export interface VerbsOptions {
  queue: UploadQueue;
  choice: FileChoice;
  library: LibraryCheck;
  recovery: Recovery;
  onChange: () => void;
}

export function createVerbs(options: VerbsOptions) {
  return { ...createDraftVerbs(options), ...createUploadVerbs(options), ...createRecoveryVerbs(options) };
}

function createDraftVerbs({ queue, choice, library, recovery, onChange }: VerbsOptions) {
  const thenPublish = publishAfter(onChange);
  return {
    /** Add files as drafts; `refused` lists those left out. Title and artist are guessed from the file's name. */
    add: thenPublish((files: readonly File[], meta: Pick<FileMeta, "mood"> & Partial<FileMeta>) => choice.add(files, meta)),
    /** Add files and start them, and no other draft. */
    addAndStart: thenPublish((files: readonly File[], meta: Pick<FileMeta, "mood"> & Partial<FileMeta>) => {
      choice.add(files, meta, (drafts) => {
        for (const { local_id, fingerprint } of drafts) queue.start(local_id, recovery.uploadIdOf(fingerprint));
      });
    }),
    /** Edit the metadata of a draft, or of an upload in any state: a file that is recorded already is edited there soon after. */
    edit: thenPublish((local_id: string, meta: Partial<FileMeta>) => queue.edit(local_id, meta)),
    /** Edit the metadata of every draft. */
    editAll: thenPublish((meta: Partial<FileMeta>) => {
      choice.editAll(meta);
      for (const id of idsOf(queue, isDraft)) queue.edit(id, meta);
    }),
    /** Start every draft. An upload that an earlier page started continues. */
    start: thenPublish(() => {
      choice.clearRefused();
      library.stop();
      for (const { local_id, fingerprint } of queue.all().filter(isDraft)) {
        queue.start(local_id, recovery.uploadIdOf(fingerprint));
      }
    }),
    /** Leave out the drafts that the library already has. */
    removeKnown: thenPublish(() => {
      const ids = new Set(library.known().map(({ local_id }) => local_id));
      removeAll(queue, (entry) => isDraft(entry) && ids.has(entry.local_id));
      library.clear();
    }),
    /** Upload known files all the same. */
    keepKnown: thenPublish(() => library.clear()),
    discardDrafts: thenPublish(() => {
      choice.discard();
      library.stop();
      removeAll(queue, isDraft);
    }),
  };
}

function createUploadVerbs({ queue, onChange }: VerbsOptions) {
  const thenPublish = publishAfter(onChange);
  return {
    /** Send nothing more of an upload. Requests in progress finish, so that nothing is lost: it is `pausing` until then. */
    pause: thenPublish((local_id: string) => queue.pause(local_id)),
    /** Restart an upload that was paused, has failed or is waiting, or send a cover again that failed. */
    resume: thenPublish((local_id: string) => queue.start(local_id)),
    /** Remove a file in any state, and let the service drop what it has of it. */
    remove: thenPublish((local_id: string) => queue.remove(local_id)),
    pauseAll: thenPublish(() => idsOf(queue, isActive).forEach((id) => queue.pause(id))),
    resumeAll: thenPublish(() => idsOf(queue, isPaused).forEach((id) => queue.start(id))),
    retryAll: thenPublish(() => idsOf(queue, isRetryable).forEach((id) => queue.start(id))),
    removeActive: thenPublish(() => removeAll(queue, isActive)),
    removeSettled: thenPublish(() => removeAll(queue, isSettled)),
    /** Uploads whose cover failed stay. */
    removeDone: thenPublish(() => removeAll(queue, isComplete)),
  };
}

function createRecoveryVerbs({ recovery, onChange }: VerbsOptions) {
  return {
    /** Continue the unfinished uploads of these files. Returns false if a file belongs to none of them. */
    continueWith(files: readonly File[]): boolean {
      const complete = recovery.continueWith(files);
      onChange();
      return complete;
    },
    /** Let the service drop an unfinished upload. */
    discard: publishAfter(onChange)((upload_id: string) => recovery.discard(upload_id)),
  };
}

type Verb<Args extends unknown[]> = (...args: Args) => void;

function publishAfter(publish: () => void) {
  return <Args extends unknown[]>(verb: Verb<Args>): Verb<Args> =>
    (...args) => {
      verb(...args);
      publish();
    };
}

function idsOf(queue: UploadQueue, matches: (entry: Entry) => boolean): string[] {
  return queue.all().filter(matches).map(({ local_id }) => local_id);
}

function removeAll(queue: UploadQueue, matches: (entry: Entry) => boolean): void {
  for (const id of idsOf(queue, matches)) queue.remove(id);
}
