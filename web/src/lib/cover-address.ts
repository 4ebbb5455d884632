/** The address of a file's cover. A new cover has a new address, so that browsers may cache covers for ever. */
import { config } from "../config";
import type { FileRecord } from "./types";

/** Null if the file has no cover. */
export function coverAddress({ file_id, cover_id }: Pick<FileRecord, "file_id" | "cover_id">): string | null {
  return cover_id && `${config.apiOrigin}/v1/files/${file_id}/cover?cover_id=${cover_id}`;
}
