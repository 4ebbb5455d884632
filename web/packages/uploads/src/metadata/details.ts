/** The metadata sent to the service: only what it accepts. */
import { oneLine } from "./one-line.js";
import { validTags } from "./tags.js";
import type { FileDetails, FileMeta } from "../api/types.js";

const LONGEST_DURATION_S = 7 * 24 * 3600;

export function detailsOf({ mood, title = "", artist = "", album = "", tags, duration_seconds }: Partial<FileMeta>): FileDetails {
  return {
    mood: mood || null,
    title: oneLine(title) || null,
    artist: oneLine(artist) || null,
    album: oneLine(album) || null,
    tags: validTags(tags),
    duration_seconds: validDuration(duration_seconds),
  };
}

/** Return the part of a file's description that the service accepts, so that a draft shows what will be sent. */
export function acceptable({ title = "", artist = "", album = "", duration_seconds, cover }: Partial<FileMeta>): Partial<FileMeta> {
  const texts = Object.entries({ title, artist, album }).map(([field, text]) => [field, oneLine(text)] as const);
  const seconds = validDuration(duration_seconds);
  return {
    ...Object.fromEntries(texts.filter(([, text]) => text !== "")),
    ...(seconds !== null && { duration_seconds: seconds }),
    ...(cover && { cover }),
  };
}

/** Round to milliseconds; null for 0 and for values that the service does not accept. */
export function validDuration(seconds: number | null | undefined): number | null {
  if (seconds == null || !(seconds > 0 && seconds <= LONGEST_DURATION_S)) return null;
  return Math.round(seconds * 1000) / 1000 || null;
}
