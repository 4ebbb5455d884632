/** Which file is sent next: the smallest, and on a slow line one at a time, so that the first one is done soon. */
import { unlessAborted } from "../wait.js";

/** The place of one file. It is taken before the file is ready, so that a larger one does not go first. */
export interface Place {
  /** Run `task` when it is this file's turn. `onWait` is called if it is not yet. */
  run<T>(task: () => Promise<T>, signal: AbortSignal, onWait: () => void): Promise<T>;
  leave(): void;
}

export interface SendingLineOptions {
  /** Files at once on a line that is not slow. */
  simultaneous: number;
  /** Null: not known yet. */
  isSlow: () => boolean | null;
}

export type SendingLine = ReturnType<typeof createSendingLine>;

/** How long a file that is not ready holds up larger ones. */
const HOLDS_MS = 2000;

/** One file in line; it is ready once `call` is set. */
interface Waiting {
  size_bytes: number;
  call: (() => void) | null;
  holds: boolean;
}

export function createSendingLine({ simultaneous, isSlow }: SendingLineOptions) {
  const line = new Set<Waiting>();
  let running = 0;

  function next(): Waiting | undefined {
    const isOpen = isSlow() === false;
    if (running >= (isOpen ? simultaneous : 1)) return undefined;
    const [first] = [...line]
      .filter(({ call, holds }) => call || (holds && !isOpen))
      .toSorted((one, other) => one.size_bytes - other.size_bytes);
    return first;
  }

  function refill(): void {
    for (let first = next(); first?.call; first = next()) {
      line.delete(first);
      running += 1;
      first.call();
    }
  }

  async function untilCalled(waiting: Waiting, signal: AbortSignal, onWait: () => void): Promise<void> {
    let isCalled = false;
    const called = new Promise<void>((resolve) => {
      waiting.call = () => {
        isCalled = true;
        resolve();
      };
    });
    line.add(waiting);
    refill();
    if (!isCalled) onWait();
    try {
      await unlessAborted(called, signal);
    } catch (error) {
      if (isCalled) running -= 1;
      throw error;
    }
  }

  return {
    join(size_bytes: number): Place {
      const waiting: Waiting = { size_bytes, call: null, holds: true };
      line.add(waiting);
      const letGo = () => {
        waiting.holds = false;
        refill();
      };
      const timer = setTimeout(letGo, HOLDS_MS);
      const leave = () => {
        clearTimeout(timer);
        line.delete(waiting);
        refill();
      };
      return {
        async run(task, signal, onWait) {
          try {
            await untilCalled(waiting, signal, onWait);
            try {
              return await task();
            } finally {
              running -= 1;
            }
          } finally {
            leave();
          }
        },
        leave,
      };
    },
    /** Let more files go if the line turned out to be fast. */
    refill,
  };
}
