/** Hashes the file it is sent, piece by piece, and answers with the digest. */
import { sha256 } from "@noble/hashes/sha2.js";

globalThis.addEventListener("message", (event: MessageEvent<Blob>) => {
  void digest(event.data).then((bytes) => globalThis.postMessage(bytes));
});

/** A read error rejects unhandled on purpose: it reaches the page as the worker's error event. */
async function digest(file: Blob): Promise<Uint8Array> {
  const hash = sha256.create();
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    hash.update(piece.value);
  }
  return hash.digest();
}
