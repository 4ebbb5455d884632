/** All that there is to show. */
import type { Refusal } from "./restrictions.js";
import type { Unfinished } from "./unfinished.js";
import type { Draft, Upload } from "./upload-state.js";

export interface UploadsSnapshot {
  /** Chosen, not yet started. */
  drafts: readonly Draft[];
  /** Those of the last choice that were left out. */
  refused: readonly Refusal[];
  /** Started, in the order of starting. */
  uploads: readonly Upload[];
  /** Begun by an earlier page; they want their files again. */
  unfinished: readonly Unfinished[];
}

export const NOTHING: UploadsSnapshot = { drafts: [], refused: [], uploads: [], unfinished: [] };
