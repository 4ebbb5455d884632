/** How loud a song is from beginning to end. Its bytes come through the media worker, which fetches them only once. */
import type { FileRecord } from "../../../lib/types";
import { lastingAddress, mediaWorker } from "./media-worker-client";

/** The whole song is fetched and decoded for it; more than this is too much for a phone. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Enough for bars of 3 px over any bar's length. */
const STEPS = 600;
/** Half an hour of stereo is 115 MB of samples at this rate, and six times as much at the song's own. */
const SAMPLE_RATE = 8000;

export function hasShape({ content_type, size_bytes }: FileRecord): boolean {
  return content_type.startsWith("audio/") && size_bytes <= MOST_BYTES;
}

/** Rejects if the bytes would have to be fetched a second time, or cannot be decoded. */
export async function songShape(file: FileRecord, signal: AbortSignal): Promise<Float32Array> {
  if (!(await mediaWorker())) throw new Error("No worker to share the bytes");
  const response = await fetch(lastingAddress(file), { signal });
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
