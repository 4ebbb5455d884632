/** Complete records for tests; a test gives only the fields it cares about. */
import type { Media, Session } from "../lib/types";

export * from "../../packages/uploads/testing/builders";

export function aSession(given: Partial<Session> = {}): Session {
  return {
    auth_mode: "open",
    account: null,
    owner: "local",
    scopes: ["uploads:write", "files:read", "files:write"],
    limits: {
      max_upload_bytes: 10_000_000,
      put_max_bytes: 5_000_000,
      allowed_content_types: ["audio/*", "video/*", "image/png", "application/pdf"],
      max_cover_bytes: 2_000_000,
      cover_content_types: ["image/png"],
      moods: ["happy", "sad", "neutral"],
    },
    features: { media: false, history: false, recommendations: false },
    grant: null,
    quota: null,
    server_time: "2026-11-21T10:00:00Z",
    ...given,
  };
}

export interface MediaGiven {
  /** By their names: heights, or "audio". The largest has the highest bandwidth. */
  renditions?: readonly string[];
  /** Seconds that the addresses live. */
  lives?: number;
  /** Part of the addresses: another answer has others. */
  version?: number;
  loudness_lufs?: number | null;
}

/** What the service made of a file. */
export function aMedia({ renditions = [], lives = 600, version = 1, loudness_lufs = null }: MediaGiven = {}): Media {
  const server_time = "2026-11-21T10:00:00.000Z";
  return {
    file_id: "file-1",
    state: "ready",
    duration_seconds: 60,
    width: null,
    height: null,
    page_count: null,
    loudness_lufs,
    loudness_range_lu: null,
    peak_dbfs: null,
    peaks: null,
    renditions: renditions.map((name) => ({
      name,
      kind: name === "audio" ? "audio" : "video",
      content_type: name === "audio" ? "audio/mp4" : "video/mp4",
      size_bytes: 1000,
      etag: `${name}.etag`,
      bandwidth: 1000 * (Number(name) || 128),
      width: null,
      height: Number(name) || null,
      url: `store/${name}/${version}`,
    })),
    playlist: renditions.length > 0 ? "/v1/files/file-1/media/master.m3u8" : null,
    jobs: [],
    server_time,
    expires_at: new Date(Date.parse(server_time) + lives * 1000).toISOString(),
  };
}
