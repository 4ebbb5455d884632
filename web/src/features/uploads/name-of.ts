/** What a song is called on the page: by its title, else by its file. */
import type { Draft, Unfinished } from "@moodrop/uploads";

export function nameOf({ meta, filename }: Pick<Draft | Unfinished, "meta" | "filename">): string {
  return meta.title || filename;
}
