/** The sha256 that is declared before a file, or a part of it, is sent: the store itself refuses changed bytes. */
import { StoreError } from "./store-error.js";

/** Web Crypto wants all bytes in memory at once; larger pieces (parts of files over 640 GB) are read as they go. */
const NATIVE_MAX_BYTES = 64 * 1024 * 1024;

/**
 * Hash a piece of a file off the main thread; the digest in base64.
 *
 * Web Crypto does it natively, but exists only in a secure context; on a plain-HTTP address in the local
 * network a worker does it in JavaScript. (No WebAssembly: the page's CSP has no 'wasm-unsafe-eval'.)
 */
export async function sha256(piece: Blob, signal: AbortSignal): Promise<string> {
  const native = globalThis.isSecureContext && piece.size <= NATIVE_MAX_BYTES;
  const digest = native ? await digestNatively(piece) : await digestInWorker(piece, signal);
  signal.throwIfAborted();
  return base64(digest);
}

async function digestNatively(piece: Blob): Promise<Uint8Array> {
  const bytes = await piece.arrayBuffer().catch(() => {
    throw new StoreError("unreadable");
  });
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
}

function digestInWorker(piece: Blob, signal: AbortSignal): Promise<Uint8Array> {
  const worker = new Worker(new URL("./checksum.worker.js", import.meta.url), { type: "module" });
  const answer = new Promise<Uint8Array>((resolve, reject) => {
    worker.addEventListener("message", (event: MessageEvent<Uint8Array>) => resolve(event.data));
    worker.addEventListener("error", () => reject(new StoreError("unreadable")));
    signal.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")), { once: true });
  });
  worker.postMessage(piece);
  return answer.finally(() => worker.terminate());
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
