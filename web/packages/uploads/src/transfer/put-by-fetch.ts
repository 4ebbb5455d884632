/** One PUT where there is no XMLHttpRequest: by fetch, with a stream that counts what is read of it. */
import { RESPONSE_FACTOR, type PutOptions, type SignedRequest } from "./put-options.js";
import { failureOf, StoreError } from "./store-error.js";

/** Signed like other headers, but they belong to the connection. */
const SET_BY_FETCH = new Set(["content-length", "host", "connection"]);

/** Resolves when the store has all bytes. Rejects with StoreError, or AbortError when cancelled. */
export async function putByFetch({ method, url, headers }: SignedRequest, file: Blob, options: PutOptions): Promise<void> {
  const { signal, onSent, stallAfterMs } = options;
  signal.throwIfAborted();
  const stalled = new AbortController();
  const watchdog = createWatchdog(() => stalled.abort());
  const moved = (bytes: number) => {
    onSent(bytes);
    watchdog.restart(bytes === file.size ? stallAfterMs * RESPONSE_FACTOR : stallAfterMs);
  };
  watchdog.restart(stallAfterMs);
  try {
    const response = await fetch(url, {
      method,
      headers: { ...unreserved(headers), "content-length": String(file.size) },
      signal: AbortSignal.any([signal, stalled.signal]),
      ...bodyOf(file, moved),
    });
    const text = await response.text();
    if (!response.ok) throw new StoreError(failureOf(response.status, text), response.status, text);
  } catch (error) {
    if (signal.aborted) throw new DOMException("Cancelled", "AbortError");
    if (stalled.signal.aborted) throw new StoreError("stalled");
    throw error instanceof StoreError ? error : new StoreError("network");
  } finally {
    watchdog.stop();
  }
}

function unreserved(headers: SignedRequest["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SET_BY_FETCH.has(name.toLowerCase())));
}

/** A stream must be announced as `half` duplex. An empty file has no stream. */
function bodyOf(file: Blob, onRead: (bytes: number) => void): RequestInit {
  if (file.size === 0) return { body: "" };
  let read = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      read += chunk.byteLength;
      onRead(read);
      controller.enqueue(chunk);
    },
  });
  const init: RequestInit & { duplex: "half" } = { body: file.stream().pipeThrough(counter), duplex: "half" };
  return init;
}

/** Once it is stopped nothing starts it again: the stream may still be read for a moment, and a timer keeps Node alive. */
function createWatchdog(onStalled: () => void) {
  let timer: ReturnType<typeof setTimeout>;
  let stopped = false;
  return {
    restart(ms: number) {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(onStalled, ms);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
