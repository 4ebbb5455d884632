/** Starts uploads in the order in which their files were chosen, because lists sort by start time. */
import type { FileRecord } from "../api/types.js";
import { transferFile } from "./transfer-file.js";
import type { TransferListener } from "./transfer-listener.js";
import type { FileToSend, TransferPorts } from "./transfer-ports.js";

interface OrderedStart {
  /** Resolves when all earlier files have started, or never will. */
  ready: Promise<void>;
  /** Let the next file start. */
  release(): void;
}

/** Runs tasks at once, and lets them start in the order of the calls. A task that ends or is cancelled holds up none. */
export function createOrdering() {
  let last: Promise<void> = Promise.resolve();

  return async function run<T>(task: (start: OrderedStart) => Promise<T>, signal: AbortSignal): Promise<T> {
    const ready = last;
    let release!: () => void;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    last = ready.then(() => released);
    signal.addEventListener("abort", release, { once: true });
    try {
      return await task({ ready, release });
    } finally {
      release();
    }
  };
}

/** Like transferFile, but asks the service to start the upload only when all earlier files have started. */
export function transferInOrder(
  ordered: OrderedStart,
  file: FileToSend,
  ports: TransferPorts,
  listener: TransferListener,
  signal: AbortSignal,
  pause: AbortSignal,
): Promise<FileRecord> {
  const start: TransferPorts["start"] = async (body) => {
    await ordered.ready;
    signal.throwIfAborted();
    pause.throwIfAborted();
    return ports.start(body);
  };
  const onStarted = (upload_id: string) => {
    ordered.release();
    listener.onStarted(upload_id);
  };
  return transferFile(file, { ...ports, start }, { ...listener, onStarted }, signal, pause);
}
