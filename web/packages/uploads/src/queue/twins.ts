/** Different files with the same name, size and date, such as the first songs of two albums unpacked together. */
import type { Draft } from "./upload-progress.js";

const CHUNK_BYTES = 1024 * 1024;

/** Rejects if one of the files cannot be read. */
async function haveSameBytes(one: Blob, other: Blob): Promise<boolean> {
  for (let start = 0; start < one.size; start += CHUNK_BYTES) {
    const [here, there] = await Promise.all([one, other].map((file) => bytesOf(file.slice(start, start + CHUNK_BYTES))));
    if (here?.some((byte, index) => byte !== there?.[index])) return false;
  }
  return true;
}

async function bytesOf(piece: Blob): Promise<Uint8Array> {
  return new Uint8Array(await piece.arrayBuffer());
}

/** Whether one of the twins is this very file. True if that cannot be decided. */
export async function isAmong(file: Blob, twins: readonly Pick<Draft, "file">[]): Promise<boolean> {
  for (const twin of twins) {
    // For a file that is already uploaded, the list may hold only its cover.
    if (twin.file.size !== file.size || (await haveSameBytes(file, twin.file).catch(() => true))) return true;
  }
  return false;
}

/** Return the first free fingerprint for a twin. */
export function freeTwin(fingerprint: string, isTaken: (fingerprint: string) => boolean): string {
  let [free, count] = [fingerprint, 1];
  while (isTaken(free)) free = `${fingerprint}|${(count += 1)}`;
  return free;
}

/** Whether a fingerprint belongs to a file or to one of its twins. */
export function isTwin(fingerprint: string, file: string): boolean {
  return fingerprint === file || (fingerprint.startsWith(`${file}|`) && /^\d+$/.test(fingerprint.slice(file.length + 1)));
}
