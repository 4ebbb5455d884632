/** Frames of MP3 and ADTS, recognised by their headers. */
import type { Window } from "./file-window";

export interface Frame {
  size_bytes: number;
  samples: number;
  rate: number;
  /** Equal for the frames of one stream. */
  kind: number;
}

export const HEADER_BYTES = 7;
/** Two headers in a row occur by accident in a megabyte of other data; four do not. */
const FRAMES_IN_A_ROW = 4;
/** The first frame starts within this of the beginning, or of the end of the tags there. */
const LEAD_BYTES = 64 * 1024;
/** A Xing header is trusted if its byte count is that of the file, apart from tags at the end. */
const XING_TOLERANCE = 0.02;

/** Kilobits per second of the layers I, II and III, for MPEG 1 and MPEG 2. */
const BITRATES_1 = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
];
const BITRATES_2 = [
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
const MPEG_RATES = [44100, 48000, 32000];
/** For MPEG 2.5, none, 2 and 1. */
const RATE_DIVISORS = [4, 0, 2, 1];
const ADTS_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

/** Return the frame with this header; null if it is no frame. */
export function frameAt(header: Uint8Array): Frame | null {
  const [first = 0, second = 0, third = 0] = header;
  if (header.length < HEADER_BYTES || first !== 0xff) return null;
  return (second & 0xf6) === 0xf0 ? adtsFrame(header) : mpegFrame(second, third);
}

function adtsFrame([, , third = 0, fourth = 0, fifth = 0, sixth = 0, seventh = 0]: Uint8Array): Frame | null {
  const rate = ADTS_RATES[(third >> 2) & 15];
  const size_bytes = ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5);
  if (rate === undefined || size_bytes < HEADER_BYTES) return null;
  return { size_bytes, samples: 1024 * ((seventh & 3) + 1), rate, kind: 0 };
}

function mpegFrame(second: number, third: number): Frame | null {
  const version = (second >> 3) & 3;
  const layer = 4 - ((second >> 1) & 3);
  const isMpeg1 = version === 3;
  const bitrate = (isMpeg1 ? BITRATES_1 : BITRATES_2)[layer - 1]?.[(third >> 4) - 1];
  const whole = MPEG_RATES[(third >> 2) & 3];
  const divisor = RATE_DIVISORS[version];
  if ((second & 0xe0) !== 0xe0 || bitrate === undefined || whole === undefined || !divisor) return null;
  const rate = whole / divisor;
  const samples = layer === 1 ? 384 : isMpeg1 || layer === 2 ? 1152 : 576;
  const slot = layer === 1 ? 4 : 1;
  const slots = Math.floor(((samples / 8 / slot) * bitrate * 1000) / rate) + ((third >> 1) & 1);
  return { size_bytes: slots * slot, samples, rate, kind: layer };
}

/** Return where the first frame begins, after the leading tags; null if there is none. */
export async function firstFrame(window: Window): Promise<number | null> {
  let position = 0;
  for (let length = 1; length > 0; position += length) length = tagBytes(await window.at(position, 32));
  const lead = await window.at(position, LEAD_BYTES);
  for (let offset = lead.indexOf(0xff); offset >= 0; offset = lead.indexOf(0xff, offset + 1)) {
    if (await beginsFrames(window, position + offset)) return position + offset;
  }
  return null;
}

/** Return whether several frames follow each other, or as many as fit before the file ends. */
export async function beginsFrames(window: Window, start: number, like?: number): Promise<boolean> {
  let [position, kind] = [start, like];
  for (let count = 0; count < FRAMES_IN_A_ROW && position !== window.size; count += 1) {
    const frame = frameAt(await window.at(position, HEADER_BYTES));
    if (!frame || (kind !== undefined && kind !== frame.kind)) return false;
    kind = frame.kind;
    position += frame.size_bytes;
  }
  return true;
}

/** Return the length of the tag that begins here; 0 if none does. */
export function tagBytes(head: Uint8Array): number {
  const text = String.fromCodePoint(...head.subarray(0, 8));
  const [, , , , , , a = 0, b = 0, c = 0, d = 0, , , e = 0, f = 0, g = 0, h = 0] = head;
  if (text.startsWith("ID3") && head.length >= 10) return 10 + ((a & 127) << 21) + ((b & 127) << 14) + ((c & 127) << 7) + (d & 127);
  if (text === "APETAGEX" && head.length >= 32) return 32 + e + f * 2 ** 8 + g * 2 ** 16 + h * 2 ** 24;
  return text.startsWith("TAG") ? 128 : 0;
}

/** Return whether the frame holds an encoder's index instead of sound. */
export function isIndex(frame: Uint8Array): boolean {
  return xingAt(frame) !== null || textAt(frame, 36) === "VBRI";
}

/** Return the frame count of the Xing header if its byte count matches this stream, else null. */
export function xingFrames(frame: Uint8Array, stream_bytes: number): number | null {
  const at = xingAt(frame);
  if (at === null || ((frame[at + 7] ?? 0) & 3) !== 3 || frame.length < at + 16) return null;
  const view = new DataView(frame.buffer, frame.byteOffset + at);
  const isWhole = Math.abs(stream_bytes - view.getUint32(12)) <= stream_bytes * XING_TOLERANCE;
  return isWhole ? view.getUint32(8) || null : null;
}

/** Where the Xing header begins depends on version and channels. */
function xingAt(frame: Uint8Array): number | null {
  return [36, 21, 13].find((at) => ["Xing", "Info"].includes(textAt(frame, at))) ?? null;
}

/** Return the four letters there. */
export function textAt(frame: Uint8Array, at: number): string {
  return String.fromCodePoint(...frame.subarray(at, at + 4));
}
