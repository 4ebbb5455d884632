/** Records for tests: whole, and different only where a test says so. */
import type { FileRecord, Session } from "../lib/types";
import type { Track, Upload } from "../features/uploads/upload-state";

export function aSession(given: Partial<Session> = {}): Session {
  return {
    auth_mode: "open",
    owner: "local",
    scopes: ["uploads:write", "files:read", "files:write"],
    limits: {
      max_upload_bytes: 10_000_000,
      allowed_content_types: ["audio/*", "video/*", "image/png", "application/pdf"],
      moods: ["happy", "sad", "neutral"],
    },
    grant: null,
    server_time: "2026-11-21T10:00:00Z",
    ...given,
  };
}

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
    tags: [],
    visibility: "private",
    owner: "local",
    created_at: "2026-11-21T09:59:00Z",
    confirmed_at: "2026-11-21T09:59:30Z",
    ...given,
  };
}

export function anUpload(track: Track, given: Partial<Upload> = {}): Upload {
  return { local_id: "u1", name: "Blue", mood: "sad", size_bytes: 1_000_000, track, ...given };
}

/** A track under way; a quarter of the million bytes sent, at 100 kB/s. */
export function aMovingTrack(given: { status?: "sending" | "confirming" | "waiting"; sent_bytes?: number } = {}): Track {
  return { status: "sending", sent_bytes: 250_000, bytes_per_second: 100_000, sampled_at: 0, ...given };
}

export function aSong(name = "blue.mp3", size = 1000, type = "audio/mpeg"): File {
  return new File([new Uint8Array(size)], name, { type });
}
