/** Uploads that an earlier page, tab or device began, and that want their file again to go on. */
import { planOf, storedBytes } from "../transfer/part-plan.js";
import type { FileMeta, UploadRecord } from "../api/types.js";

export interface UnfinishedUpload {
  upload_id: string;
  fingerprint: string;
  filename: string;
  size_bytes: number;
  stored_bytes: number;
  meta: FileMeta;
}

/** Rows looked at one by one for what is stored; more are hardly left by one person. */
const MAX_LOOKED_AT = 20;

export interface UnfinishedUploadsPorts {
  listPending(signal: AbortSignal): Promise<UploadRecord[]>;
  getUpload(upload_id: string, signal: AbortSignal): Promise<UploadRecord>;
}

/** Those with a fingerprint that `isBusy` does not hold: what scripts left has none. */
export async function findUnfinishedUploads(
  ports: UnfinishedUploadsPorts,
  isBusy: (fingerprint: string) => boolean,
  signal: AbortSignal,
): Promise<UnfinishedUpload[]> {
  const pending = await ports.listPending(signal);
  const free = pending.filter(({ fingerprint }) => fingerprint !== null && !isBusy(fingerprint));
  const looked = free.slice(0, MAX_LOOKED_AT).map((upload) => ports.getUpload(upload.upload_id, signal));
  // One that ended meanwhile is simply not listed.
  const results = await Promise.allSettled(looked);
  return results.flatMap((result) => (result.status === "fulfilled" ? toUnfinishedUpload(result.value) : []));
}

function toUnfinishedUpload(upload: UploadRecord): UnfinishedUpload[] {
  const { upload_id, fingerprint, filename, title, artist, album, duration_seconds, mood, size_bytes, status } = upload;
  if (status !== "pending" || fingerprint === null) return [];
  const said = { title: title ?? "", artist: artist ?? "", album: album ?? "", mood: mood ?? "" };
  const meta = { ...said, duration_seconds, cover: null };
  return [{ upload_id, fingerprint, filename, size_bytes, stored_bytes: storedBytesOf(upload), meta }];
}

function storedBytesOf(upload: UploadRecord): number {
  const plan = planOf(upload);
  return plan ? storedBytes(upload.size_bytes, plan) : 0;
}
