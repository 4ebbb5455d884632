/** A song's picture: an upload of its own, sent once its song is there. Small, so nothing is told of its progress. */
import { ApiError } from "../api/api-error.js";
import type { UploadCalls } from "../api/upload-calls.js";
import { detailsOf } from "../metadata/details.js";
import type { StoredCover } from "../persistence/stored-files.js";
import { transferFile, NO_LISTENER, type FileToSend, type TransferPorts } from "./transfer-file.js";
import type { FileRecord } from "../api/types.js";

/** Resolves with the song's record, as it is with its cover. Rejects as `transferFile` does. */
export function sendCover(
  { file_id }: FileRecord,
  cover: Blob,
  ports: TransferPorts,
  signal: AbortSignal,
): Promise<FileRecord> {
  const known = { filename: "cover", content_type: cover.type, details: {}, fingerprint: null, upload_id: null };
  const song: FileToSend = { ...known, file: cover, cover_of: file_id };
  return transferFile(song, ports, NO_LISTENER, signal);
}

/** The song of a picture that an earlier page left; null where there will be none. Rejects where nobody can tell. */
export async function songOfCover(
  { upload_id, draft }: StoredCover,
  calls: UploadCalls,
  signal: AbortSignal,
): Promise<FileRecord | "pending" | null> {
  const upload = await calls.getUpload(upload_id, signal).catch(nullIfGone);
  if (upload?.status === "pending") return "pending";
  return upload?.status === "ready" ? calls.confirm(upload_id, detailsOf(draft.meta), signal) : null;
}

function nullIfGone(error: unknown): null {
  if (error instanceof ApiError && [404, 410].includes(error.status)) return null;
  throw error;
}
