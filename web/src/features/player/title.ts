import type { FileRecord } from "../../lib/types";

/** What a song is called where it plays. */
export function titleOf({ title, filename }: Pick<FileRecord, "title" | "filename">): string {
  return title ?? filename;
}
