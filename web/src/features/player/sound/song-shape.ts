/** How loud a song is from beginning to end: as the service measured it, else decoded here from the song's bytes. */
import type { FileRecord } from "../../../lib/types";
import { withinTime } from "../../../lib/wait";
import { currentMedia } from "./current-media";
import { lastingAddress, mediaWorker } from "./media-worker-client";
import { originalOf } from "./playable-files";

/** To be decoded here, the whole song is fetched; more than this is too much for a phone. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Enough for bars of 3 px over any bar's length. */
const STEPS = 600;
/** Half an hour of stereo is 115 MB of samples at this rate, and six times as much at the song's own. */
const SAMPLE_RATE = 8000;

/** Songs of any length may have a stored shape. */
export function hasShape({ content_type, size_bytes, media_state }: FileRecord): boolean {
  return content_type.startsWith("audio/") && (size_bytes <= MOST_BYTES || media_state !== null);
}

/** Rejects if there is no stored shape and the song is too large, would have to be fetched twice, or cannot be decoded. */
export async function songShape(file: FileRecord, signal: AbortSignal): Promise<Float32Array> {
  const stored = file.media_state === null ? null : await storedShape(file, signal).catch(() => null);
  signal.throwIfAborted();
  return stored ?? decodedShape(file, signal);
}

/** A few kilobytes: after this long the song is decoded instead. Milliseconds. */
const STORED_MS = 15_000;

/** Null if there is none. */
async function storedShape({ file_id }: FileRecord, signal: AbortSignal): Promise<Float32Array | null> {
  const { peaks } = await currentMedia(file_id);
  if (!peaks) return null;
  const response = await fetch(peaks.url, { signal: withinTime(STORED_MS, signal) });
  const points = pointsOf(await response.json());
  return response.ok && points ? loudest(points, STEPS) : null;
}

/** Waveforms of audiowaveform, version 2: the lowest and highest sample of each point, in signed bytes. */
function pointsOf(waveform: unknown): Float32Array | null {
  if (typeof waveform !== "object" || waveform === null || !("data" in waveform) || !Array.isArray(waveform.data)) return null;
  const points = Float32Array.from(waveform.data, (sample) => Number(sample) / 128);
  return points.length > 0 && points.every(Number.isFinite) ? points : null;
}

/** The bytes come through the media worker, which fetches them only once. */
async function decodedShape(file: FileRecord, signal: AbortSignal): Promise<Float32Array> {
  if (file.size_bytes > MOST_BYTES) throw new Error("Too large to be decoded here");
  if (!(await mediaWorker())) throw new Error("No worker to share the bytes");
  const response = await fetch(lastingAddress(originalOf(file)), { signal });
  if (!response.ok) throw new Error(`The worker answered ${response.status}`);
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
  const audio = await context.decodeAudioData(await response.arrayBuffer());
  return loudest(audio.getChannelData(0), STEPS);
}

/** Return the loudest sample of each of `steps` stretches. */
export function loudest(samples: Float32Array, steps: number): Float32Array {
  const stretch = samples.length / steps;
  return Float32Array.from({ length: steps }, (_, step) => {
    let most = 0;
    for (let n = Math.floor(step * stretch); n < (step + 1) * stretch; n += 1) {
      most = Math.max(most, Math.abs(samples[n] ?? 0));
    }
    return most;
  });
}
