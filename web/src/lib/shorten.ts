import { MAX_LENGTH } from "@moodrop/uploads";

/** Cut a title, artist or album to what the service takes. `maxLength` of a field would count UTF-16 units, not characters. */
export function shorten(text: string): string {
  return Array.from(text).slice(0, MAX_LENGTH).join("");
}
