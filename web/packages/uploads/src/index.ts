/** Uploads to Moodrop, for any framework or none. */
export { createUploads, type MoodropUploads } from "./queue/create-uploads.js";
export type { UploadsEvents, UploadsOptions } from "./queue/uploads-options.js";
export { contentTypeOf, extensionsOf } from "./metadata/content-type.js";
export type { Refusal, RefusalReason, Restrictions } from "./queue/restrictions.js";
export type { KnownFile, UploadsSnapshot } from "./queue/snapshot.js";
export { sendCover, type SendCoverOptions } from "./transfer/send-cover.js";
export { StoreError, type StoreFailure } from "./transfer/store-error.js";
export { DEFAULT_OPTIONS, type TransferOptions } from "./transfer/options.js";
export type { UnfinishedUpload } from "./queue/unfinished-uploads.js";
export {
  coverError,
  isMoving,
  percent,
  percentOf,
  speedOf,
  summarise,
  timeLeft,
  type Draft,
  type MovingStatus,
  type MovingProgress,
  type Summary,
  type UploadProgress,
  type Upload,
  type UploadError,
} from "./queue/upload-progress.js";
export { uploadFile, type FileProgress, type UploadFileOptions } from "./upload-file.js";
export { MAX_LENGTH, oneLine } from "./metadata/one-line.js";
export { MAX_TAGS, validTags } from "./metadata/tags.js";
export * from "./client.js";
