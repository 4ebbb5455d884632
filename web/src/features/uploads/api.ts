/** The upload calls of /v1, one function each. */
import { client, unwrap } from "../../lib/http";
import type { FileRecord, SongDetails, StartedUpload, Transfer, UploadStart } from "../../lib/types";

export function startUpload(body: UploadStart, signal: AbortSignal): Promise<StartedUpload> {
  return unwrap(client.POST("/v1/uploads", { body, signal }));
}

/** A fresh address for an upload that is still open. */
export async function freshTransfer(upload_id: string, signal: AbortSignal): Promise<Transfer> {
  const params = { path: { upload_id } };
  const answer = await unwrap(
    client.POST("/v1/uploads/{upload_id}/urls", { params, body: {}, signal }),
  );
  return answer.transfer;
}

/** Say that the bytes are there; the service verifies. Safe to repeat: the same file comes back. */
export function confirmUpload(
  upload_id: string,
  body: SongDetails,
  signal: AbortSignal,
): Promise<FileRecord> {
  const params = { path: { upload_id } };
  return unwrap(client.POST("/v1/uploads/{upload_id}/confirm", { params, body, signal }));
}

export function abortUpload(upload_id: string): Promise<void> {
  const params = { path: { upload_id } };
  return unwrap(client.DELETE("/v1/uploads/{upload_id}", { params }));
}
