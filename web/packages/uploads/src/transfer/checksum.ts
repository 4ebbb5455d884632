/** The CRC-32C that is declared before a file or part is sent, so that the store refuses changed bytes. */
import { crc32c } from "./crc32c.js";
import { StoreError } from "./store-error.js";
import { withTimeout } from "../wait.js";

let starting: Promise<Worker | null> | undefined;

/** If a worker has not started by then, the page computes the checksum. */
const STARTS_WITHIN_MS = 3000;
/** A worker that takes longer for a piece has died: even a slow phone reads ten times as fast. */
const ANSWERS_WITHIN_MS = 15_000;
const AT_LEAST_BYTES_PER_MS = 1000;

/** Start the worker before it is needed: it is a download of its own. */
export function prepareChecksums(): void {
  void running();
}

function running(): Promise<Worker | null> {
  return (starting ??= withTimeout(startWorker(), STARTS_WITHIN_MS, null));
}

/** Compute the checksum of a piece of a file, in base64, off the main thread. Rejects with StoreError, or AbortError when cancelled. */
export async function checksum(piece: Blob, signal: AbortSignal): Promise<string> {
  const worker = await running();
  signal.throwIfAborted();
  const value = worker ? await answerOf(worker, piece, signal) : await ownAnswer(piece, signal);
  signal.throwIfAborted();
  if (value === null) throw new StoreError("unreadable");
  return value;
}

/** Null if the page's policy, or scripts from another origin, prevent a worker. */
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

function ownAnswer(piece: Blob, signal: AbortSignal): Promise<string | null> {
  return crc32c(piece, signal).catch(() => null);
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
  const given = await withTimeout(answer, ANSWERS_WITHIN_MS + piece.size / AT_LEAST_BYTES_PER_MS, undefined);
  signal.removeEventListener("abort", stop);
  port.close();
  if (given !== undefined) return given;
  starting = Promise.resolve(null);
  return ownAnswer(piece, signal);
}
