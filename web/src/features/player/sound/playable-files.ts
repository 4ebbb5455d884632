/** The files that a song or a film can be played from, the best first. Pure. */
import type { FileRecord, Media } from "../../../lib/types";
import type { MediaFile } from "../worker/byte-cache";

export interface Browser {
  canPlay: (content_type: string) => boolean;
  /** The person asked for little traffic. */
  savesData: boolean;
}

/** Bits per second of a song that is too much for someone who saves data. */
const HEAVY = 256_000;

export function originalOf({ file_id, confirmed_at, size_bytes, content_type }: FileRecord): MediaFile {
  // Its ETag may be another one in another store.
  return { file_id, rendition: null, version: confirmed_at, size_bytes, content_type };
}

/** The original is the best, unless the browser says that it cannot play its type, or the rendition saves much data. */
export function playableFiles(file: FileRecord, media: Media | null, browser: Browser): readonly MediaFile[] {
  const original = originalOf(file);
  const rendition = bestRendition(file, media);
  if (!rendition) return [original];
  const isOriginalFirst = browser.canPlay(file.content_type) && !(browser.savesData && isHeavySong(file));
  return isOriginalFirst ? [original, rendition] : [rendition, original];
}

function bestRendition({ file_id }: FileRecord, media: Media | null): MediaFile | null {
  const best = media?.renditions.toSorted((one, other) => other.bandwidth - one.bandwidth)[0];
  if (!best) return null;
  const { name, etag, size_bytes, content_type } = best;
  return { file_id, rendition: name, version: etag, size_bytes, content_type };
}

function isHeavySong({ content_type, size_bytes, duration_seconds }: FileRecord): boolean {
  return content_type.startsWith("audio/") && duration_seconds !== null && size_bytes * 8 > duration_seconds * HEAVY;
}
