/**
 * One PUT of a file, or of a part of it, to the store, with progress. XHR in a browser, because fetch reports no upload
 * progress there; fetch with a counted stream in Node.
 */
import { putByFetch } from "./put-by-fetch.js";
import { RESPONSE_FACTOR, type PutOptions, type SignedRequest } from "./put-options.js";
import { failureOf, StoreError } from "./store-error.js";

/** Signed like other headers, but the browser sets them and does not let scripts do it. */
const SET_BY_BROWSER = new Set(["content-length", "host", "connection", "date", "origin", "expect"]);

/** Resolves when the store has all bytes. Rejects with StoreError, or AbortError when cancelled. */
export async function putFile(request: SignedRequest, file: Blob, options: PutOptions): Promise<void> {
  try {
    await (hasXhr() ? send : putByFetch)(request, file, options);
  } catch (error) {
    // A file that was moved or changed looks like a broken connection, but retrying does not help.
    if (error instanceof StoreError && error.kind === "network" && !(await isReadable(file))) {
      throw new StoreError("unreadable");
    }
    throw error;
  }
}

function hasXhr(): boolean {
  return "XMLHttpRequest" in globalThis;
}

function isReadable(file: Blob): Promise<boolean> {
  return file.slice(0, 1).arrayBuffer().then(() => true, () => false);
}

function send(transfer: SignedRequest, file: Blob, options: PutOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const { signal, onSent, stallAfterMs } = options;
    let watchdog: ReturnType<typeof setTimeout>;

    const finish = (error?: Error) => {
      clearTimeout(watchdog);
      signal.removeEventListener("abort", cancel);
      if (error) reject(error);
      else resolve();
    };
    const restartWatchdog = (ms: number) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => {
        finish(new StoreError("stalled"));
        request.abort();
      }, ms);
    };
    const cancel = () => {
      finish(new DOMException("Cancelled", "AbortError"));
      request.abort();
    };

    request.upload.addEventListener("progress", (event) => {
      onSent(Math.min(event.loaded, file.size));
      restartWatchdog(stallAfterMs);
    });
    request.upload.addEventListener("load", () => restartWatchdog(stallAfterMs * RESPONSE_FACTOR));
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      if (status >= 200 && status < 300) finish();
      else finish(new StoreError(failureOf(status, responseText), status, responseText));
    });
    request.addEventListener("error", () => finish(new StoreError("network")));

    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel);
    request.open(transfer.method, transfer.url);
    for (const [name, value] of Object.entries(transfer.headers)) {
      if (!SET_BY_BROWSER.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    restartWatchdog(stallAfterMs);
    request.send(file);
  });
}
