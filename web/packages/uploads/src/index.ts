/** Uploads to Moodrop, of any framework or none. */
export { createUploads, type MoodropUploads, type UploadsEvents, type UploadsOptions } from "./create-uploads.js";
export { extensionsOf } from "./content-type.js";
export type { Refusal, RefusalReason, Restrictions } from "./restrictions.js";
export type { Known, UploadsSnapshot } from "./snapshot.js";
export { StoreError, type StoreFailure } from "./store-error.js";
export { TUNING, type Tuning } from "./tuning.js";
export type { Unfinished } from "./unfinished.js";
export {
  coverError,
  isMoving,
  percent,
  percentOf,
  speedOf,
  summarise,
  timeLeft,
  type Draft,
  type Moving,
  type MovingTrack,
  type Summary,
  type Track,
  type Upload,
  type UploadError,
} from "./upload-state.js";
export { MAX_LENGTH, oneLine } from "./one-line.js";
export * from "./client-entry.js";
