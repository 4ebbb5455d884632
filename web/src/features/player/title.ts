import type { FileRecord } from "../../lib/types";

/** Return what a file is called in the player. */
export function titleOf({ title, filename }: Pick<FileRecord, "title" | "filename">): string {
  return title ?? filename;
}
