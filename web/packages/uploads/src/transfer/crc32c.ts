/** CRC-32C of a file of any size, in plain JavaScript: it runs wherever a page does, over plain HTTP and under any policy. */
// The module as a whole: Node finds no single names in this CommonJS file, and apps rendered by a server import it there.
import CRC32C from "crc-32/crc32c.js";

/** In base64. Rejects where the file cannot be read, and when cancelled. */
export async function crc32c(file: Blob, signal: AbortSignal): Promise<string> {
  // Not into a buffer of our own ("byob"): that is faster, but in Chromium 156 such a read may wait for ever.
  const reader = file.stream().getReader();
  let crc = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    signal.throwIfAborted();
    crc = CRC32C.buf(piece.value, crc);
  }
  return base64(crc);
}

function base64(crc: number): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, crc);
  return btoa(String.fromCharCode(...bytes));
}
