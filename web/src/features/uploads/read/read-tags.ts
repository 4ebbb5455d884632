/** What a file says about itself: title, artist, album, length and picture, as far as they are there. */
import { shrinkPicture } from "../../../lib/small-picture";
import { withTimeout } from "../../../lib/wait";
import { readFilm, readSound } from "./open-media";

export interface Tags {
  title?: string;
  artist?: string;
  album?: string;
  /** Null if not even the browser can tell. */
  duration_seconds?: number | null;
  cover?: Blob;
}

/** Read a file's tags. Never rejects: an unreadable file has no tags. */
export async function readTags(file: Blob, content_type: string, filename: string): Promise<Tags> {
  const [family] = content_type.split("/");
  if (family === "image") return defined({ cover: await quietly(() => shrinkPicture(file)) });
  if (family !== "audio" && family !== "video") return {};
  const read = family === "audio" ? readSound : readFilm;
  const [facts, tags] = await Promise.all([quietly(() => read(file)), readEmbedded(file, filename)]);
  return { ...facts, ...tags };
}

/** Read the embedded tags; their reader is loaded with the first chosen song. */
async function readEmbedded(file: Blob, filename: string): Promise<Tags> {
  const embedded = await quietly(async () => (await import("./embedded-tags")).readEmbeddedTags(file, filename));
  if (!embedded) return {};
  const { picture, ...tags } = embedded;
  return { ...tags, ...defined({ cover: picture && (await quietly(() => shrinkPicture(picture))) }) };
}

/** A reader may hang as well as fail. */
const READ_TIMEOUT_MS = 4000;

async function quietly<T>(read: () => Promise<T>): Promise<T | undefined> {
  return withTimeout(read(), READ_TIMEOUT_MS, undefined);
}

/** Drop undefined fields. */
function defined(tags: { [Key in keyof Tags]: Tags[Key] | undefined }): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== undefined));
}
