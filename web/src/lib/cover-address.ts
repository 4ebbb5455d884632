/** Where a file's cover is. A new cover has a new address, so that browsers may keep the old one. */
import { config } from "../config";
import type { FileRecord } from "./types";

/** Null where it has none. */
export function coverAddress({ file_id, cover_id }: Pick<FileRecord, "file_id" | "cover_id">): string | null {
  return cover_id && `${config.apiOrigin}/v1/files/${file_id}/cover?cover_id=${cover_id}`;
}
