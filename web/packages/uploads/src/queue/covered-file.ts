/** What became of the file that a cover left by an earlier page belongs to. */
import { ApiError } from "../api/api-error.js";
import type { FileRecord } from "../api/types.js";
import type { UploadCalls } from "../api/upload-calls.js";
import { detailsOf } from "../metadata/details.js";
import type { StoredCover } from "../persistence/stored-files.js";

/** Resolves with null if there will be no such file. Rejects if the service cannot be asked. */
export async function findCoveredFile(
  { upload_id, draft }: StoredCover,
  calls: UploadCalls,
  signal: AbortSignal,
): Promise<FileRecord | "pending" | null> {
  const upload = await calls.getUpload(upload_id, signal).catch(nullIfGone);
  if (upload?.status === "pending") return "pending";
  return upload?.status === "ready" ? calls.confirm(upload_id, detailsOf(draft.meta), signal) : null;
}

export function nullIfGone(error: unknown): null {
  if (error instanceof ApiError && [404, 410].includes(error.status)) return null;
  throw error;
}
