/**
 * Lengths of files with unreliable headers: MP3, ADTS and WAV are counted.
 *
 * An MP3 without a Xing header does not say its length, and one joined from two says that of the first. A WAV
 * from a pipe claims to be four gigabytes long. The command counts in the same way.
 */
import { firstFrame, frameAt, HEADER_BYTES, tagBytes, xingFrames, isIndex, beginsFrames, textAt, type Frame } from "./audio-frames";
import { Window } from "./file-window";

/** Pictures and lyrics at the end of a file are no frames. */
const MOST_JUNK_BYTES = 1024 * 1024;
/** A limit, so that a malicious file is not read for hours. */
const MOST_GAPS = 64;
const OGG_HEADER_BYTES = 27;
const MOST_OGG_PAGE_BYTES = 65_307;

/** Return seconds; null if the length cannot be known, undefined if the file's own header is as good. */
export async function countLength(file: Blob): Promise<number | null | undefined> {
  const window = new Window(file);
  const head = await window.at(0, 12);
  if (["RIFF", "RF64"].includes(textAt(head, 0)) && textAt(head, 8) === "WAVE") return wavSeconds(window);
  if (textAt(head, 0) === "OggS") return (await isJoinedOgg(window)) ? null : undefined;
  const first = await firstFrame(window);
  return first === null ? undefined : framesSeconds(window, first);
}

/** Return whether the last page belongs to a stream that does not start the file: readers ignore such streams. */
async function isJoinedOgg(window: Window): Promise<boolean> {
  const serials = new Set<number>();
  let position = 0;
  for (;;) {
    const page = await window.at(position, OGG_HEADER_BYTES + 255);
    if (textAt(page, 0) !== "OggS" || ((page[5] ?? 0) & 2) === 0) break;
    serials.add(numberAt(page, 14));
    const segments = page[26] ?? 0;
    const lengths = page.subarray(OGG_HEADER_BYTES, OGG_HEADER_BYTES + segments);
    position += OGG_HEADER_BYTES + segments + lengths.reduce((sum, length) => sum + length, 0);
  }
  const end = await window.at(Math.max(0, window.size - MOST_OGG_PAGE_BYTES), MOST_OGG_PAGE_BYTES);
  const last = end.findLastIndex((_, index) => textAt(end, index) === "OggS");
  return last >= 0 && !serials.has(numberAt(end, last + 14));
}

/** Divide the bytes of the data by those of a second. An impossible size means "to the end of the file". */
async function wavSeconds(window: Window): Promise<number | null> {
  const riffEnd = 8 + numberAt(await window.at(4, 4), 0);
  let [position, rate] = [12, 0];
  for (;;) {
    const header = await window.at(position, 8);
    if (header.length < 8) return null;
    position += 8;
    const length = numberAt(header, 4);
    if (textAt(header, 0) === "fmt ") rate = numberAt(await window.at(position + 8, 4), 0);
    if (textAt(header, 0) === "data") {
      const isPlausible = position + length <= window.size && (length > 0 || [window.size, window.size + 1].includes(riffEnd));
      // Two files joined.
      if (textAt(await window.at(position + length, 4), 0) === "RIFF") return null;
      return rate === 0 ? null : (isPlausible ? length : window.size - position) / rate;
    }
    position += length + (length % 2);
  }
}

/** Count the frames. Null if too much lies between them. */
async function framesSeconds(window: Window, start: number): Promise<number | null> {
  const first = frameAt(await window.at(start, HEADER_BYTES));
  if (!first) return null;
  const index = await window.at(start, first.size_bytes);
  const xing = xingFrames(index, window.size - start);
  if (xing !== null) return (xing * first.samples) / first.rate;
  const samples = new Map<number, number>();
  let [position, gaps] = [isIndex(index) ? start + first.size_bytes : start, 0];
  while (position < window.size) {
    const frame = frameAt(window.here(position, HEADER_BYTES) ?? (await window.at(position, HEADER_BYTES)));
    if (frame?.kind === first.kind) {
      if (position + frame.size_bytes <= window.size) samples.set(frame.rate, (samples.get(frame.rate) ?? 0) + frame.samples);
      position += frame.size_bytes;
      continue;
    }
    const next = await nextFrame(window, position, first);
    gaps += 1;
    if (gaps > MOST_GAPS || (next === null && window.size - position > MOST_JUNK_BYTES)) return null;
    if (next === null) break;
    position = next;
  }
  return [...samples].reduce((seconds, [rate, count]) => seconds + count / rate, 0);
}

/** Return where the frames continue after a tag or junk; null if they do not. */
async function nextFrame(window: Window, position: number, { kind }: Frame): Promise<number | null> {
  const length = tagBytes(await window.at(position, 32));
  if (length > 0) return position + length;
  const junk = await window.at(position, MOST_JUNK_BYTES);
  for (let offset = junk.indexOf(0xff, 1); offset >= 0; offset = junk.indexOf(0xff, offset + 1)) {
    if (await beginsFrames(window, position + offset, kind)) return position + offset;
  }
  return null;
}

function numberAt(bytes: Uint8Array, at: number): number {
  return bytes.length < at + 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}
