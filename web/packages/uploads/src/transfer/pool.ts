/** Runs a few tasks at once; the others wait in line. */
import { unlessAborted } from "../wait.js";

export function createPool(size: number) {
  const line: Array<() => void> = [];
  let running = 0;

  /** Hand the place to the next in line. */
  const release = () => {
    const next = line.shift();
    if (next) next();
    else running -= 1;
  };

  const waitInLine = async (signal: AbortSignal) => {
    let call!: () => void;
    const called = new Promise<void>((resolve) => {
      call = resolve;
    });
    line.push(call);
    try {
      await unlessAborted(called, signal);
    } catch (error) {
      const place = line.indexOf(call);
      if (place >= 0) line.splice(place, 1);
      else release();
      throw error;
    }
  };

  /** Run `task` when there is room. A task that is cancelled while it waits leaves the line at once. */
  return async function run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (running < size) running += 1;
    else await waitInLine(signal);
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      release();
    }
  };
}
