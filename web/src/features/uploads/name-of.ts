/** What a song is called on the page: by its title, else by its file. */
import type { Draft, UnfinishedUpload } from "@moodrop/uploads";

export function nameOf({ meta, filename }: Pick<Draft | UnfinishedUpload, "meta" | "filename">): string {
  return meta.title || filename;
}
