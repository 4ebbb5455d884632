/** What a file tells about itself: title, artist, album, length and picture, as far as it does. */
import { drawnSmall, smallPicture } from "../../lib/small-picture";

export interface Tags {
  title?: string;
  artist?: string;
  album?: string;
  /** Null: nobody can tell, not even the browser. */
  duration_seconds?: number | null;
  cover?: Blob;
}

/** Never rejects: a file that tells nothing has no tags. */
export async function readTags(file: Blob, content_type: string, filename: string): Promise<Tags> {
  const [family] = content_type.split("/");
  if (family === "image") return defined({ cover: await quietly(() => smallPicture(file)) });
  if (family === "audio") return { ...(await lengthOf(file, "audio")), ...(await readSong(file, filename)) };
  if (family === "video") return { ...(await quietly(() => readFilm(file))), ...(await readSong(file, filename)) };
  return {};
}

/** The tags inside; their reader is loaded with the first song that is chosen. */
async function readSong(file: Blob, filename: string): Promise<Tags> {
  const song = await quietly(async () => (await import("./song-tags")).readSongTags(file, filename));
  if (!song) return {};
  const { picture, ...tags } = song;
  return { ...tags, ...defined({ cover: picture && (await quietly(() => smallPicture(picture))) }) };
}

/** As the browser itself reads it, which knows what tags do not tell. */
async function lengthOf(file: Blob, kind: "audio" | "video"): Promise<Tags> {
  const media = document.createElement(kind);
  const seconds = await quietly(() => withMedia(media, file, "loadedmetadata", () => media.duration));
  return defined({ duration_seconds: lengthFrom(seconds) });
}

/** A frame from near the beginning: the very first one is often black. */
async function readFilm(file: Blob): Promise<Tags> {
  const film = document.createElement("video");
  const length = await lengthOf(file, "video");
  film.currentTime = Math.min(1, (length.duration_seconds ?? 0) / 2);
  const draw = () => drawnSmall(film, film.videoWidth, film.videoHeight);
  return { ...length, ...defined({ cover: await quietly(() => withMedia(film, file, "seeked", draw)) }) };
}

const MEDIA_PATIENCE_MS = 10_000;

/** Open the file in an element that nobody sees, and take what is wanted when `event` comes. */
async function withMedia<T>(
  media: HTMLMediaElement,
  file: Blob,
  event: "loadedmetadata" | "seeked",
  take: () => T | Promise<T>,
): Promise<T> {
  const url = URL.createObjectURL(file);
  try {
    await new Promise<void>((resolve, reject) => {
      const late = AbortSignal.timeout(MEDIA_PATIENCE_MS);
      media.addEventListener(event, () => resolve(), { once: true });
      media.addEventListener("error", () => reject(new Error("the browser cannot play it")), { once: true });
      late.addEventListener("abort", () => reject(new Error("the browser took too long")), { once: true });
      media.muted = true;
      media.preload = event === "seeked" ? "auto" : "metadata";
      media.src = url;
    });
    return await take();
  } finally {
    media.removeAttribute("src");
    media.load();
    URL.revokeObjectURL(url);
  }
}

function lengthFrom(seconds: number | undefined): number | undefined {
  return seconds !== undefined && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

async function quietly<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

/** Only what is there. */
function defined(tags: { [Key in keyof Tags]: Tags[Key] | undefined }): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== undefined));
}
