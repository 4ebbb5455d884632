/** Tags that the service accepts. */
import type { FileMeta } from "../api/types.js";
import { oneLine } from "./one-line.js";

/** The service's limits: the longest tag, in characters, and how many a file may have. */
const MAX_TAG_LENGTH = 40;
export const MAX_TAGS = 20;

/** One line each, cut to the limits, each once; null for none. */
export function validTags(tags: FileMeta["tags"]): string[] | null {
  const valid = [...new Set(tags?.map((tag) => Array.from(oneLine(tag)).slice(0, MAX_TAG_LENGTH).join("").trimEnd()))].filter(Boolean).slice(0, MAX_TAGS);
  return valid[0] ? valid : null;
}
