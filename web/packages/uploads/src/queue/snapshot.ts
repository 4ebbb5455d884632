/** All that there is to show. */
import type { FileRecord } from "../api/types.js";
import type { Refusal } from "./restrictions.js";
import type { UnfinishedUpload } from "./unfinished-uploads.js";
import type { Draft, Upload } from "./upload-progress.js";

/** A draft whose bytes are in the library already, as this file. */
export interface KnownFile {
  local_id: string;
  file: FileRecord;
}

export interface UploadsSnapshot {
  /** Chosen, not yet started. */
  drafts: readonly Draft[];
  /** Those of them that the library has already, as far as it is known. */
  known: readonly KnownFile[];
  /** Those of the last choice that were left out. */
  refused: readonly Refusal[];
  /** Started, in the order of starting. */
  uploads: readonly Upload[];
  /** Begun by an earlier page; they want their files again. */
  unfinished: readonly UnfinishedUpload[];
}

export const EMPTY_SNAPSHOT: UploadsSnapshot = { drafts: [], known: [], refused: [], uploads: [], unfinished: [] };
