/** The CRC-32C that is declared before a file, or a part of it, is sent: the store itself refuses changed bytes. */
import { crc32c } from "./crc32c.js";
import { StoreError } from "./store-error.js";

let starting: Promise<Worker | null> | undefined;

/** Of a piece of a file, in base64, worked out off the main thread. Rejects with StoreError, or AbortError when cancelled. */
export async function checksum(piece: Blob, signal: AbortSignal): Promise<string> {
  const worker = await (starting ??= startWorker());
  signal.throwIfAborted();
  const value = await (worker ? answerOf(worker, piece, signal) : crc32c(piece, signal).catch(() => null));
  signal.throwIfAborted();
  if (value === null) throw new StoreError("unreadable");
  return value;
}

/** Null where there can be none, by the page's policy or because its scripts are from another origin: the page does it then. */
function startWorker(): Promise<Worker | null> {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(new URL("./checksum.worker.js", import.meta.url), { type: "module" });
      worker.addEventListener("message", () => resolve(worker));
      worker.addEventListener("error", () => resolve(null));
    } catch {
      resolve(null);
    }
  });
}

async function answerOf(worker: Worker, piece: Blob, signal: AbortSignal): Promise<string | null> {
  const { port1: port, port2 } = new MessageChannel();
  const stop = () => port.postMessage("stop");
  signal.addEventListener("abort", stop);
  const answer = new Promise<string | null>((resolve) => {
    port.addEventListener("message", ({ data }: MessageEvent<string | null>) => resolve(data));
  });
  port.start();
  worker.postMessage(piece, [port2]);
  return answer.finally(() => {
    signal.removeEventListener("abort", stop);
    port.close();
  });
}
