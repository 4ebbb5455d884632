/** The sha256 that is declared before a file is sent, so that the store itself refuses changed bytes. */
import type { Checksum } from "../../lib/types";
import { StoreError } from "./store-error";

/**
 * Hash a file off the main thread.
 *
 * Web Crypto does it natively, but exists only in a secure context; on a plain-HTTP address in the local
 * network a worker does it in JavaScript. (No WebAssembly: the page's CSP has no 'wasm-unsafe-eval'.)
 */
export async function sha256(file: Blob, signal: AbortSignal): Promise<Checksum> {
  const digest = globalThis.isSecureContext ? await digestNatively(file) : await digestInWorker(file, signal);
  signal.throwIfAborted();
  return { algorithm: "sha256", value_base64: base64(digest) };
}

async function digestNatively(file: Blob): Promise<Uint8Array> {
  const bytes = await file.arrayBuffer().catch(() => {
    throw new StoreError("unreadable");
  });
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
}

function digestInWorker(file: Blob, signal: AbortSignal): Promise<Uint8Array> {
  const worker = new Worker(new URL("./checksum.worker.ts", import.meta.url), { type: "module" });
  const answer = new Promise<Uint8Array>((resolve, reject) => {
    worker.addEventListener("message", (event: MessageEvent<Uint8Array>) => resolve(event.data));
    worker.addEventListener("error", () => reject(new StoreError("unreadable")));
    signal.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")), { once: true });
  });
  worker.postMessage(file);
  return answer.finally(() => worker.terminate());
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
