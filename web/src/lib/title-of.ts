import type { FileRecord } from "./types";
import { words } from "./words";

/** Return what a file is called: a title of blanks is none, and nobody could see or press it. */
export function titleOf({ title, filename }: Pick<FileRecord, "title" | "filename">): string {
  return title?.trim() || filename || words.files.untitled;
}
