/** What the browser itself reads of a song or a film in a hidden element: its length, and a frame. */
import { drawSmall } from "../../../lib/small-picture";
import { withTimeout } from "../../../lib/wait";

export interface MediaFacts {
  /** Unset if the file does not say it, as in browser recordings. */
  duration_seconds?: number;
  cover?: Blob;
}

/** Any event of a media element may never come: wait this long, then go on without it. */
const EVENT_TIMEOUT_MS = 1500;

export function readSound(file: Blob): Promise<MediaFacts> {
  return withMedia(document.createElement("audio"), file, lengthOf);
}

/** Read the length, and a frame from near the beginning: the very first is often black. */
export function readFilm(file: Blob): Promise<MediaFacts> {
  return withMedia(document.createElement("video"), file, async (film) => {
    const length = await lengthOf(film);
    film.preload = "auto";
    await untilEvent(film, "loadeddata");
    const seeked = untilEvent(film, "seeked");
    film.currentTime = Math.min(1, (length.duration_seconds ?? 2) / 2);
    await seeked;
    const cover = await withTimeout(frameOf(film), EVENT_TIMEOUT_MS, undefined);
    return { ...length, ...(cover && { cover }) };
  });
}

async function withMedia<M extends HTMLMediaElement>(media: M, file: Blob, read: (media: M) => Promise<MediaFacts>): Promise<MediaFacts> {
  const url = URL.createObjectURL(file);
  media.muted = true;
  media.preload = "metadata";
  try {
    media.src = url;
    return await read(media);
  } finally {
    media.removeAttribute("src");
    media.load();
    URL.revokeObjectURL(url);
  }
}

async function lengthOf(media: HTMLMediaElement): Promise<MediaFacts> {
  await untilEvent(media, "loadedmetadata");
  const { duration } = media;
  return Number.isFinite(duration) && duration > 0 ? { duration_seconds: duration } : {};
}

/** Resolves when the event comes, when it can no longer come, or at the timeout. */
function untilEvent(media: HTMLMediaElement, event: "loadedmetadata" | "loadeddata" | "seeked"): Promise<void> {
  if (media.error || (event !== "seeked" && media.readyState >= READY[event])) return Promise.resolve();
  const stop = new AbortController();
  const came = new Promise<void>((resolve) => {
    for (const type of [event, "error"]) media.addEventListener(type, () => resolve(), { signal: stop.signal });
  });
  return withTimeout(came, EVENT_TIMEOUT_MS, undefined).finally(() => stop.abort());
}

const READY = { loadedmetadata: HTMLMediaElement.HAVE_METADATA, loadeddata: HTMLMediaElement.HAVE_CURRENT_DATA };

/** Return the current frame. Rejects if there is none. */
async function frameOf(film: HTMLVideoElement): Promise<Blob> {
  if (film.readyState < READY.loadeddata) throw new Error("no frame is there");
  return drawSmall(film, film.videoWidth, film.videoHeight);
}
