/** Records and uploads for tests: whole, and different only where a test says so. */
import type { FileRecord, FileMeta, UploadRecord, UploadStart } from "../src/api/types.js";
import type { UnfinishedUpload } from "../src/queue/unfinished-uploads.js";
import type { MovingProgress, UploadProgress, Upload } from "../src/queue/upload-progress.js";

export function aFile(given: Partial<FileRecord> = {}): FileRecord {
  return {
    file_id: "file-1",
    object_key: "uploads/local/file-1.mp3",
    filename: "blue.mp3",
    content_type: "audio/mpeg",
    size_bytes: 4_200_000,
    etag: "etag",
    checksum: null,
    mood: "sad",
    title: "Blue",
    artist: "Joni Mitchell",
    album: "Court and Spark",
    duration_seconds: 184.5,
    duration_verified: false,
    media_state: null,
    thumbnail: null,
    waveform: null,
    threat: null,
    cover_id: null,
    tags: [],
    visibility: "private",
    owner: "local",
    created_at: "2026-11-21T09:59:00Z",
    confirmed_at: "2026-11-21T09:59:30Z",
    revision: 1,
    ...given,
  };
}

/** A pending upload in ten parts of a hundred bytes, the first three stored. */
export function anUploadRecord(given: Partial<UploadRecord> = {}): UploadRecord {
  const { filename, content_type, mood, title, artist, album, duration_seconds, created_at } = aFile();
  return {
    filename,
    content_type,
    mood,
    title,
    artist,
    album,
    duration_seconds,
    owner: "local",
    created_at,
    object_key: "uploads/local/u0.mp3",
    upload_id: "u0",
    status: "pending",
    kind: "multipart",
    size_bytes: 1000,
    checksum: null,
    visibility: "private",
    expires_at: "2026-11-22T10:00:00Z",
    fingerprint: "blue.mp3|1000|7",
    cover_of: null,
    part_size_bytes: 100,
    part_count: 10,
    part_checksum_algorithm: "crc32c",
    stored_parts: [1, 2, 3].map((part_number) => ({ part_number, size_bytes: 100, etag: `e${part_number}` })),
    ...given,
  };
}

export function aMeta(given: Partial<FileMeta> = {}): FileMeta {
  return { title: "Blue", artist: "", album: "", duration_seconds: null, cover: null, mood: "sad", ...given };
}

export function anUpload(progress: UploadProgress, given: Partial<Upload> = {}): Upload {
  return {
    local_id: "u1",
    file: new Blob(),
    filename: "blue.mp3",
    content_type: "audio/mpeg",
    size_bytes: 1_000_000,
    fingerprint: "blue.mp3|1000000|7",
    meta: aMeta(),
    progress,
    ...given,
  };
}

/** A track under way; a quarter of the million bytes sent, at 100 kB/s. */
export function aMovingProgress(given: Partial<MovingProgress> = {}): UploadProgress {
  const measured = { sent_bytes: 250_000, starts_over: false, bytes_per_second: 100_000, sampled_at: 0 };
  return { status: "sending", cause: null, ...measured, ...given };
}

/** A hundred million bytes, a quarter of them in the store. */
export function anUnfinished(given: Partial<UnfinishedUpload> = {}): UnfinishedUpload {
  return {
    upload_id: "upload-9",
    fingerprint: "film.mp4|100000000|7",
    filename: "film.mp4",
    size_bytes: 100_000_000,
    stored_bytes: 25_000_000,
    meta: aMeta({ title: "Film", mood: "happy" }),
    ...given,
  };
}

export function aSong(name = "blue.mp3", size = 1000, type = "audio/mpeg"): File {
  return new File([new Uint8Array(size)], name, { type });
}

/** What an earlier page declared of a film of 4,500 bytes. */
export const A_FILM: UploadStart = {
  filename: "film.mp4",
  content_type: "video/mp4",
  size_bytes: 4500,
  fingerprint: "film.mp4|4500|7",
  part_checksum_algorithm: "crc32c",
  mood: "sad",
  title: "Film",
  artist: null,
  tags: null,
  visibility: null,
  checksum: null,
};
