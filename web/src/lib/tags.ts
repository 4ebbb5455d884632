/** Tags as a person types them. */
import { validTags } from "@moodrop/uploads";

/** Split at commas and lines, and return the tags as the service takes them. */
export function parseTags(text: string): string[] {
  return validTags(text.split(/[,\n]/)) ?? [];
}
