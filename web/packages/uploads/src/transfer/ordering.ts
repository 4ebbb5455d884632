/** Files are listed by when their upload began: those that were chosen together begin in the order of the choice. */
import { transferFile, type FileToSend, type TransferPorts, type TransferListener } from "./transfer-file.js";
import type { FileRecord } from "../api/types.js";

interface Turn {
  /** Fulfilled once those before have passed. */
  come: Promise<void>;
  pass(): void;
}

/** Gives out turns in the order of its calls. One that ends or is cancelled without having passed passes then. */
export function createOrdering() {
  let before: Promise<void> = Promise.resolve();

  return async function run<T>(task: (turn: Turn) => Promise<T>, signal: AbortSignal): Promise<T> {
    const come = before;
    let pass!: () => void;
    const passed = new Promise<void>((resolve) => {
      pass = resolve;
    });
    before = come.then(() => passed);
    signal.addEventListener("abort", pass, { once: true });
    try {
      return await task({ come, pass });
    } finally {
      pass();
    }
  };
}

/** As transferFile, but the service is asked to begin it only when its turn has come. */
export function transferInOrder(
  turn: Turn,
  song: FileToSend,
  ports: TransferPorts,
  watch: TransferListener,
  signal: AbortSignal,
  pause: AbortSignal,
): Promise<FileRecord> {
  const start: TransferPorts["start"] = async (body) => {
    await turn.come;
    signal.throwIfAborted();
    pause.throwIfAborted();
    return ports.start(body);
  };
  const onStarted = (upload_id: string) => {
    turn.pass();
    watch.onStarted(upload_id);
  };
  return transferFile(song, { ...ports, start }, { ...watch, onStarted }, signal, pause);
}
