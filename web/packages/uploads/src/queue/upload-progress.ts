/** The states of an upload and how one follows another. Pure functions: no browser, no React. */
import type { ApiError } from "../api/api-error.js";
import type { StoreError } from "../transfer/store-error.js";
import type { Stage } from "../transfer/transfer-file.js";
import type { FileRecord, SongMeta } from "../api/types.js";

/** Told apart by `code` where the service said no, and by `kind` where the store or the line did. */
export type UploadError = ApiError | StoreError;

/**
 * Between the start and the end. A paused one waits for a hand, a queued one for its turn. One that is pausing sends
 * nothing more than what is on the wire.
 */
export type Moving = "queued" | Stage | "waiting" | "pausing" | "paused";

/** How far one file has come. A file without a track is a draft: chosen, not yet started. */
export type Track =
  | {
      status: Moving;
      sent_bytes: number;
      /** Bytes were sent and lost: it starts again from the beginning. */
      starts_over: boolean;
      bytes_per_second: number | null;
      sampled_at: number;
      /** Of a waiting one: what failed. Null: the browser is offline. */
      cause: UploadError | null;
    }
  /** With a `cover_error` the song is there, and its picture is not. */
  | { status: "done"; file: FileRecord; cover_error: UploadError | null }
  | { status: "failed"; error: UploadError };

export type TrackEvent =
  | { type: "stage"; stage: Exclude<Moving, "waiting"> }
  | { type: "waiting"; cause: UploadError | null }
  | { type: "sent"; bytes: number }
  | { type: "done"; file: FileRecord; cover_error: UploadError | null }
  | { type: "failed"; error: UploadError };

/** A file that was chosen. Known by `local_id`, never by its name. */
export interface Draft {
  local_id: string;
  file: Blob;
  filename: string;
  content_type: string;
  size_bytes: number;
  /** What the service finds an earlier try by. */
  fingerprint: string;
  meta: SongMeta;
}

/** One that was started. */
export interface Upload extends Draft {
  track: Track;
}

/** All that is counted with. */
type Tracked = Pick<Upload, "track" | "size_bytes">;

/** Speed follows the last few seconds: half of what it knew fades in this time. */
const HALF_LIFE_MS = 2000;
/** Samples closer together than this are noise. */
const MIN_SAMPLE_MS = 200;

export function advance(before: Track | null | undefined, event: TrackEvent, now: number): Track {
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

/** Why a song that is there lacks its picture. */
export function coverError(track: Track | null): UploadError | null {
  return track?.status === "done" ? track.cover_error : null;
}

export type MovingTrack = Extract<Track, { sent_bytes: number }>;

export function isMoving(track: Track | null | undefined): track is MovingTrack {
  return track != null && "sent_bytes" in track;
}

function moving(before: Track | null | undefined, now: number): MovingTrack {
  if (isMoving(before)) return before;
  return { status: "queued", sent_bytes: 0, starts_over: false, bytes_per_second: null, sampled_at: now, cause: null };
}

function sample(track: MovingTrack, bytes: number, now: number): MovingTrack {
  // A new try starts from zero, and so does what is known about the line.
  if (bytes < track.sent_bytes) {
    return { ...track, sent_bytes: bytes, starts_over: bytes === 0, bytes_per_second: null, sampled_at: now };
  }
  const elapsed = now - track.sampled_at;
  const starts_over = track.starts_over && bytes === 0;
  if (elapsed < MIN_SAMPLE_MS) return track.starts_over === starts_over ? track : { ...track, starts_over };
  const measured = ((bytes - track.sent_bytes) / elapsed) * 1000;
  const faded = 2 ** (-elapsed / HALF_LIFE_MS);
  const bytes_per_second = measured + ((track.bytes_per_second ?? measured) - measured) * faded;
  return { ...track, sent_bytes: bytes, starts_over, bytes_per_second, sampled_at: now };
}

/** Whole percent. 100 is kept for a file that the service has recorded. */
export function percent({ track, size_bytes }: Tracked): number {
  if (track.status === "done") return 100;
  if (!isMoving(track)) return 0;
  if (track.status === "confirming" && !track.starts_over) return 99;
  return percentOf(track.sent_bytes, size_bytes);
}

/** Of a file that is not yet recorded: 99 at most. */
export function percentOf(sent_bytes: number, size_bytes: number): number {
  return size_bytes === 0 ? 0 : Math.min(99, Math.floor((sent_bytes / size_bytes) * 100));
}

/** Milliseconds until all bytes are sent; null while nobody can know. */
export function timeLeft({ track, size_bytes }: Tracked): number | null {
  if (!isMoving(track) || track.status !== "sending" || !track.bytes_per_second) return null;
  return ((size_bytes - track.sent_bytes) / track.bytes_per_second) * 1000;
}

export interface Summary {
  /** Neither done nor failed; the paused and pausing ones among them. */
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

export function summarise(uploads: readonly Tracked[]): Summary {
  const with_status = (status: Track["status"]) => uploads.filter((one) => one.track.status === status);
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

/** Files that failed are left out: they no longer move. An empty file weighs one byte, so that it counts. */
function overallPercent(uploads: readonly Tracked[]): number {
  const counted = uploads.filter((one) => one.track.status !== "failed");
  const total = counted.reduce((sum, one) => sum + Math.max(1, one.size_bytes), 0);
  const weighed = counted.reduce((sum, one) => sum + Math.max(1, one.size_bytes) * percent(one), 0);
  return total === 0 ? 0 : Math.floor(weighed / total);
}

function overallTimeLeft(uploads: readonly Tracked[]): number | null {
  const speed = uploads.reduce((sum, { track }) => sum + (speedOf(track) ?? 0), 0);
  if (speed === 0) return null;
  const left = uploads.reduce((sum, one) => sum + bytesLeft(one), 0);
  return (left / speed) * 1000;
}

export function speedOf(track: Track): number | null {
  return isMoving(track) && track.status === "sending" ? track.bytes_per_second : null;
}

function bytesLeft({ track, size_bytes }: Tracked): number {
  if (track.status === "done" || track.status === "failed" || track.status === "confirming") return 0;
  return size_bytes - (isMoving(track) ? track.sent_bytes : 0);
}
