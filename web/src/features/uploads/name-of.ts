/** What an upload is called on the page: its title, else its filename. */
import type { Draft, UnfinishedUpload } from "@moodrop/uploads";

export function nameOf({ meta, filename }: Pick<Draft | UnfinishedUpload, "meta" | "filename">): string {
  return meta.title || filename;
}
