/** The kit's queue as the page uses it: files are read for their tags, and what happens by itself is announced. */
import { createUploads, type Draft, type MoodropUploads, type UploadError, type UploadsEvents } from "@moodrop/uploads";
import { announce } from "../../lib/announce";
import { client } from "../../lib/http";
import { titleOf } from "../../lib/title-of";
import type { FileRecord, Limits } from "../../lib/types";
import { words } from "../../lib/words";
import { failureInWords, lostCoverInWords, lostEditsInWords } from "../../lib/failure-words";
import { nameOf } from "./name-of";
import { readFolderCover } from "./read/folder-cover";
import { readTags } from "./read/read-tags";

export interface QueueOptions {
  owner: string;
  limits: Limits;
  /** The file is uploaded, and its cover is on its way. */
  onUploaded: (file: FileRecord, cover: Blob | null) => void;
  onDone: (file: FileRecord) => void;
  /** What was entered of a file after it was done is saved. */
  onEdited: (file: FileRecord) => void;
}

export function createQueue({ owner, limits, ...on }: QueueOptions): MoodropUploads {
  return createUploads({ client, owner, limits, describe, findKnown: true, ...announcing(on) });
}

async function describe({ file, content_type, filename }: Draft) {
  const tags = await readTags(file, content_type, filename);
  return tags.cover ? tags : { ...tags, ...(await readFolderCover(file)) };
}

function announcing({ onUploaded, onDone, onEdited }: Pick<QueueOptions, "onUploaded" | "onDone" | "onEdited">): UploadsEvents {
  return {
    onUploaded: (file: FileRecord, { meta }: Draft) => onUploaded(file, meta.cover),
    onDone(file: FileRecord) {
      announce(words.uploads.announceDone(titleOf(file)));
      onDone(file);
    },
    onEdited(file: FileRecord) {
      announce(words.edit.done(1));
      onEdited(file);
    },
    onEditFailed(upload: Draft, error: UploadError) {
      const { detail, hint } = lostEditsInWords(nameOf(upload), error);
      announce(`${detail} ${hint}`.trim(), { shown: true });
    },
    onContinued(upload: Draft, percent: number) {
      announce(words.uploads.continued(nameOf(upload), percent), { shown: true });
    },
    onCoverFailed(upload: Draft, error: UploadError) {
      const { detail, hint } = lostCoverInWords(nameOf(upload), error);
      announce(`${detail} ${hint}`);
    },
    onFailed(upload: Draft, error: UploadError) {
      announce(words.uploads.announceFailed(nameOf(upload), failureInWords(error).detail));
    },
  };
}
