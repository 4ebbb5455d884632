/** Which bytes form which part, and which parts the store lacks. Pure functions; the service chooses the part size. */
import type { PartChecksumAlgorithm, StoredPart, UploadRecord } from "../api/types.js";

export interface PartPlan {
  part_size_bytes: number;
  part_count: number;
  part_checksum_algorithm: PartChecksumAlgorithm | null;
  stored_parts: readonly StoredPart[];
}

/** Bytes `start` up to `end` of the file; the first part is number 1. */
export interface Part {
  part_number: number;
  start: number;
  end: number;
}

/** How to send the rest of a multipart upload; null if the upload is not, or no longer, in parts. */
export function planOf(upload: UploadRecord): PartPlan | null {
  const { kind, status, part_size_bytes, part_count, part_checksum_algorithm, stored_parts } = upload;
  if (kind !== "multipart" || status !== "pending") return null;
  if (part_size_bytes === null || part_count === null || stored_parts === null) return null;
  return { part_size_bytes, part_count, part_checksum_algorithm, stored_parts };
}

export function missingParts(size_bytes: number, plan: PartPlan): Part[] {
  const stored = new Map(plan.stored_parts.map((part) => [part.part_number, part.size_bytes]));
  return allParts(size_bytes, plan).filter((part) => stored.get(part.part_number) !== sizeOf(part));
}

/** Return the number of bytes that need not be sent again. */
export function storedBytes(size_bytes: number, plan: PartPlan): number {
  return missingParts(size_bytes, plan).reduce((rest, part) => rest - sizeOf(part), size_bytes);
}

export function sizeOf({ start, end }: Part): number {
  return end - start;
}

function allParts(size_bytes: number, { part_size_bytes, part_count }: PartPlan): Part[] {
  return Array.from({ length: part_count }, (_, index) => {
    const start = index * part_size_bytes;
    return { part_number: index + 1, start, end: Math.min(start + part_size_bytes, size_bytes) };
  });
}
