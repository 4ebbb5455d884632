/** Which files may be chosen. The service checks again; this only saves the wait. */
import type { Limits } from "../api/types.js";
import type { Draft } from "./upload-progress.js";

/** `known`: already among the uploads. */
export type RefusalReason = "known" | "too_large" | "not_allowed";

export interface Refusal {
  filename: string;
  size_bytes: number;
  reason: RefusalReason;
}

export type Restrictions = Pick<Limits, "max_upload_bytes" | "allowed_content_types"> &
  Partial<Pick<Limits, "max_cover_bytes" | "cover_content_types">>;

/** Return why a file may not be uploaded; null if it may. */
export function reasonAgainst(
  { file, content_type }: Pick<Draft, "file" | "content_type">,
  limits?: Restrictions,
): RefusalReason | null {
  if (!limits) return null;
  if (!limits.allowed_content_types.some((allowed) => fits(content_type, allowed))) return "not_allowed";
  return file.size > limits.max_upload_bytes ? "too_large" : null;
}

/** "audio/mpeg; rate=44100" fits "audio/*". */
function fits(content_type: string, allowed: string): boolean {
  const type = content_type.split(";")[0]?.trim().toLowerCase() ?? "";
  return allowed.endsWith("/*") ? type.startsWith(allowed.slice(0, -1)) : type === allowed;
}

/** Whether a picture may be the cover of a file. */
export function mayBeCover({ type, size }: Blob, { max_cover_bytes, cover_content_types }: Partial<Restrictions>): boolean {
  return (cover_content_types?.includes(type) ?? true) && size <= (max_cover_bytes ?? Infinity);
}
