/** Everything that a page can show about its uploads. */
import type { FileRecord } from "../api/types.js";
import type { Refusal } from "./restrictions.js";
import type { UnfinishedUpload } from "./unfinished-uploads.js";
import type { Draft, Upload } from "./upload-progress.js";

/** A draft that the library already has, as this file. */
export interface KnownFile {
  local_id: string;
  file: FileRecord;
}

export interface UploadsSnapshot {
  /** Chosen, not yet started. */
  drafts: readonly Draft[];
  /** The drafts that the library is known to have. */
  known: readonly KnownFile[];
  /** The files of the last choice that were left out. */
  refused: readonly Refusal[];
  /** Started, in the order of starting. */
  uploads: readonly Upload[];
  /** Started by an earlier page; they need their files again. */
  unfinished: readonly UnfinishedUpload[];
}

export const EMPTY_SNAPSHOT: UploadsSnapshot = { drafts: [], known: [], refused: [], uploads: [], unfinished: [] };
