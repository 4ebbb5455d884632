/** Different files of one name, size and date, such as the first songs of two albums that were unpacked together. */
import type { Draft } from "./upload-progress.js";

const CHUNK_BYTES = 1024 * 1024;

/** Rejects where one of them cannot be read. */
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

/** Whether one of its twins is this very file; also where that cannot be told. */
export async function isAmong(file: Blob, twins: readonly Pick<Draft, "file">[]): Promise<boolean> {
  for (const twin of twins) {
    // Of a song that is there already, only its picture may be listed.
    if (twin.file.size !== file.size || (await haveSameBytes(file, twin.file).catch(() => true))) return true;
  }
  return false;
}

/** The first fingerprint for a twin that is not taken. */
export function freeTwin(fingerprint: string, isTaken: (fingerprint: string) => boolean): string {
  let [free, count] = [fingerprint, 1];
  while (isTaken(free)) free = `${fingerprint}|${(count += 1)}`;
  return free;
}

/** Whether it is that of the file, or of one of its twins. */
export function isTwin(fingerprint: string, file: string): boolean {
  return fingerprint === file || (fingerprint.startsWith(`${file}|`) && /^\d+$/.test(fingerprint.slice(file.length + 1)));
}
