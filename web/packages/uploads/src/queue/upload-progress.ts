/** The states of an upload and how one follows another. Pure functions: no browser, no React. */
import type { ApiError } from "../api/api-error.js";
import type { StoreError } from "../transfer/store-error.js";
import type { Stage } from "../transfer/transfer-listener.js";
import type { FileRecord, FileMeta } from "../api/types.js";
import type { EditedField } from "../metadata/edits.js";

/** An ApiError from the service, or a StoreError from the store or the network. */
export type UploadError = ApiError | StoreError;

/**
 * The states between start and end. Paused: waits for a person. Queued: waits for other uploads. Pausing: requests in
 * progress finish, and no other starts.
 */
export type MovingStatus = Stage | "waiting" | "pausing" | "paused";

/** The progress of one upload. A file without progress is a draft: chosen, not yet started. */
export type UploadProgress =
  | {
      status: MovingStatus;
      sent_bytes: number;
      /** Bytes were sent and lost: it starts again from the beginning. */
      starts_over: boolean;
      bytes_per_second: number | null;
      sampled_at: number;
      /** While waiting: the failure; null if the browser is offline. */
      cause: UploadError | null;
    }
  /** With a `cover_error` the file is uploaded, but its cover is not. */
  | { status: "done"; file: FileRecord; cover_error: UploadError | null }
  | { status: "failed"; error: UploadError };

export type ProgressChange =
  | { type: "stage"; stage: Exclude<MovingStatus, "waiting"> }
  | { type: "waiting"; cause: UploadError | null }
  | { type: "sent"; bytes: number }
  | { type: "done"; file: FileRecord; cover_error: UploadError | null }
  | { type: "failed"; error: UploadError };

/** A chosen file. Its identity is `local_id`, never its name. */
export interface Draft {
  local_id: string;
  file: Blob;
  filename: string;
  content_type: string;
  size_bytes: number;
  /** The service finds an earlier try by it. */
  fingerprint: string;
  meta: FileMeta;
  /** What a person has changed since the start, and the service may not know yet. */
  edited?: readonly EditedField[];
}

/** A file that was started. */
export interface Upload extends Draft {
  progress: UploadProgress;
  /** The file is uploaded, but what was `edited` could not be saved. */
  edit_error?: ApiError | null;
}

/** The fields that percentages and times are computed from. */
type Measured = Pick<Upload, "progress" | "size_bytes">;

/** The speed is an average that loses half of its past in this time. */
const HALF_LIFE_MS = 2000;
/** Samples closer together than this are noise. */
const MIN_SAMPLE_MS = 200;

export function advance(before: UploadProgress | null | undefined, event: ProgressChange, now: number): UploadProgress {
  switch (event.type) {
    case "done":
      return { status: "done", file: event.file, cover_error: event.cover_error };
    case "failed":
      return { status: "failed", error: event.error };
    case "stage":
      return { ...moving(before, now), status: event.stage, cause: null, sampled_at: now };
    case "waiting":
      return { ...moving(before, now), status: "waiting", cause: event.cause, sampled_at: now };
    case "sent":
      return sample(moving(before, now), event.bytes, now);
  }
}

/** Return why an uploaded file lacks its cover. */
export function coverError(progress: UploadProgress | null): UploadError | null {
  return progress?.status === "done" ? progress.cover_error : null;
}

export type MovingProgress = Extract<UploadProgress, { sent_bytes: number }>;

export function isMoving(progress: UploadProgress | null | undefined): progress is MovingProgress {
  return progress != null && "sent_bytes" in progress;
}

function moving(before: UploadProgress | null | undefined, now: number): MovingProgress {
  if (isMoving(before)) return before;
  return { status: "queued", sent_bytes: 0, starts_over: false, bytes_per_second: null, sampled_at: now, cause: null };
}

function sample(progress: MovingProgress, bytes: number, now: number): MovingProgress {
  // A new try starts from zero, and so does the measured speed.
  if (bytes < progress.sent_bytes) {
    return { ...progress, sent_bytes: bytes, starts_over: bytes === 0, bytes_per_second: null, sampled_at: now };
  }
  const elapsed = now - progress.sampled_at;
  const starts_over = progress.starts_over && bytes === 0;
  if (elapsed < MIN_SAMPLE_MS) return progress.starts_over === starts_over ? progress : { ...progress, starts_over };
  const measured = ((bytes - progress.sent_bytes) / elapsed) * 1000;
  const faded = 2 ** (-elapsed / HALF_LIFE_MS);
  const bytes_per_second = measured + ((progress.bytes_per_second ?? measured) - measured) * faded;
  return { ...progress, sent_bytes: bytes, starts_over, bytes_per_second, sampled_at: now };
}

/** Return whole percent. 100 is reserved for files that the service has recorded. */
export function percent({ progress, size_bytes }: Measured): number {
  if (progress.status === "done") return 100;
  if (!isMoving(progress)) return 0;
  if (progress.status === "confirming" && !progress.starts_over) return 99;
  return percentOf(progress.sent_bytes, size_bytes);
}

/** Return whole percent of a file that is not yet recorded: 99 at most. */
export function percentOf(sent_bytes: number, size_bytes: number): number {
  return size_bytes === 0 ? 0 : Math.min(99, Math.floor((sent_bytes / size_bytes) * 100));
}

/** Return the milliseconds until all bytes are sent; null if unknown. */
export function timeLeft({ progress, size_bytes }: Measured): number | null {
  if (!isMoving(progress) || progress.status !== "sending" || !progress.bytes_per_second) return null;
  return ((size_bytes - progress.sent_bytes) / progress.bytes_per_second) * 1000;
}

export interface Summary {
  /** Neither done nor failed; includes paused and pausing uploads. */
  active: number;
  paused: number;
  pausing: number;
  done: number;
  failed: number;
  /** Over all files, whole percent. */
  percent: number;
  /** Milliseconds, or null. */
  time_left: number | null;
}

export function summarise(uploads: readonly Measured[]): Summary {
  const with_status = (status: UploadProgress["status"]) => uploads.filter((one) => one.progress.status === status);
  const [done, failed] = [with_status("done").length, with_status("failed").length];
  return {
    done,
    failed,
    paused: with_status("paused").length,
    pausing: with_status("pausing").length,
    active: uploads.length - done - failed,
    percent: overallPercent(uploads),
    time_left: overallTimeLeft(uploads),
  };
}

/** Failed files are left out. An empty file counts as one byte. */
function overallPercent(uploads: readonly Measured[]): number {
  const counted = uploads.filter((one) => one.progress.status !== "failed");
  const total = counted.reduce((sum, one) => sum + Math.max(1, one.size_bytes), 0);
  const weighed = counted.reduce((sum, one) => sum + Math.max(1, one.size_bytes) * percent(one), 0);
  return total === 0 ? 0 : Math.floor(weighed / total);
}

function overallTimeLeft(uploads: readonly Measured[]): number | null {
  const speed = uploads.reduce((sum, { progress }) => sum + (speedOf(progress) ?? 0), 0);
  if (speed === 0) return null;
  const left = uploads.reduce((sum, one) => sum + bytesLeft(one), 0);
  return (left / speed) * 1000;
}

export function speedOf(progress: UploadProgress): number | null {
  return isMoving(progress) && progress.status === "sending" ? progress.bytes_per_second : null;
}

function bytesLeft({ progress, size_bytes }: Measured): number {
  if (progress.status === "done" || progress.status === "failed" || progress.status === "confirming") return 0;
  return size_bytes - (isMoving(progress) ? progress.sent_bytes : 0);
}
