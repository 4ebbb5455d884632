/** Complete records for tests; a test gives only the fields it cares about. */
import type { Session } from "../lib/types";

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
    grant: null,
    quota: null,
    server_time: "2026-11-21T10:00:00Z",
    ...given,
  };
}
