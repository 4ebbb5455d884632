/** Uploads that an earlier page, tab or device started, and that need their file again to continue. */
import { planOf, storedBytes } from "../transfer/part-plan.js";
import type { FileMeta, UploadRecord } from "../api/types.js";
import type { EditedField } from "../metadata/edits.js";

export interface UnfinishedUpload {
  upload_id: string;
  fingerprint: string;
  filename: string;
  size_bytes: number;
  stored_bytes: number;
  meta: FileMeta;
  /** What a person changed on an earlier page, and the service does not know. */
  edited?: readonly EditedField[];
}

/** Uploads that are read one by one to see what is stored; few people leave more. */
const MAX_CHECKED = 20;

export interface UnfinishedUploadsPorts {
  listPending(signal: AbortSignal): Promise<UploadRecord[]>;
  getUpload(upload_id: string, signal: AbortSignal): Promise<UploadRecord>;
}

/** Find uploads whose fingerprint is not busy. Uploads by scripts have no fingerprint. */
export async function findUnfinishedUploads(
  ports: UnfinishedUploadsPorts,
  isBusy: (fingerprint: string) => boolean,
  signal: AbortSignal,
): Promise<UnfinishedUpload[]> {
  const pending = await ports.listPending(signal);
  const free = pending.filter(({ fingerprint }) => fingerprint !== null && !isBusy(fingerprint));
  const checks = free.slice(0, MAX_CHECKED).map((upload) => ports.getUpload(upload.upload_id, signal));
  // An upload that ended meanwhile is not listed.
  const results = await Promise.allSettled(checks);
  return results.flatMap((result) => (result.status === "fulfilled" ? toUnfinishedUpload(result.value) : []));
}

function toUnfinishedUpload(upload: UploadRecord): UnfinishedUpload[] {
  const { upload_id, fingerprint, filename, title, artist, album, tags, duration_seconds, mood, size_bytes, status } = upload;
  if (status !== "pending" || fingerprint === null) return [];
  const declared = { title: title ?? "", artist: artist ?? "", album: album ?? "", mood: mood ?? "" };
  const meta = { ...declared, tags, duration_seconds, cover: null };
  return [{ upload_id, fingerprint, filename, size_bytes, stored_bytes: storedBytesOf(upload), meta }];
}

function storedBytesOf(upload: UploadRecord): number {
  const plan = planOf(upload);
  return plan ? storedBytes(upload.size_bytes, plan) : 0;
}
