/** Answers a media element like a file server: with the requested range. */
import type { ByteCache, MediaFile } from "./byte-cache";

const PATH = /^\/media\/([^/]+)$/;
/** Types that a media element plays: nothing that a browser would run. */
const SOUND_OR_FILM = /^(?:audio|video)\/[\w.+-]+$/;
const RENDITION = /^[a-z0-9]{1,10}$/;
/** Destinations of a media element and of the page's own fetch. Never a tab, a frame or a script. */
const ASKERS: ReadonlySet<string> = new Set(["audio", "video", ""]);

export type MediaRequest = Pick<Request, "url" | "method" | "destination" | "mode">;

/** Return the requested file; null if the request is not for the worker. */
export function parseMediaRequest({ url, method, destination, mode }: MediaRequest): MediaFile | null {
  const { pathname, searchParams } = new URL(url);
  const file_id = PATH.exec(pathname)?.[1];
  if (file_id === undefined || method !== "GET" || mode === "navigate" || !ASKERS.has(destination)) return null;
  const [size, type] = [Number(searchParams.get("size")), searchParams.get("type") ?? ""];
  const rendition = searchParams.get("rendition");
  if (!Number.isSafeInteger(size) || size <= 0 || !SOUND_OR_FILM.test(type)) return null;
  if (rendition !== null && !RENDITION.test(rendition)) return null;
  return { file_id: decodeURIComponent(file_id), rendition, version: searchParams.get("version") ?? "", size_bytes: size, content_type: type };
}

export interface Range {
  start: number;
  /** Included. */
  end: number;
}

/** Return the first range of a Range header; null if the file has no such bytes. */
export function rangeOf(header: string, size_bytes: number): Range | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(0, size_bytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size_bytes - 1 : Math.min(Number(last), size_bytes - 1);
  return start <= end ? { start, end } : null;
}

export function answer(file: MediaFile, header: string | null, cache: ByteCache): Response {
  const { size_bytes, content_type } = file;
  const range = header === null ? { start: 0, end: size_bytes - 1 } : rangeOf(header, size_bytes);
  if (range === null) return new Response(null, { status: 416, headers: { "content-range": `bytes */${size_bytes}` } });
  const { start, end } = range;
  const headers = {
    "content-type": content_type,
    "content-length": String(end - start + 1),
    "accept-ranges": "bytes",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(header !== null && { "content-range": `bytes ${start}-${end}/${size_bytes}` }),
  };
  return new Response(streamOf(file, range, cache), { status: header === null ? 200 : 206, headers });
}

/** Stream only as fast as the file is played: the rest of an hour stays in the store. */
function streamOf(file: MediaFile, { start, end }: Range, cache: ByteCache): ReadableStream<Uint8Array<ArrayBuffer>> {
  const stop = new AbortController();
  const bytes = cache.bytes(file, start, end, stop.signal);
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await bytes.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: () => stop.abort(),
    },
    { highWaterMark: 0 },
  );
}
