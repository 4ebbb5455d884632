/** Lets a few tasks run at once; the others wait in line. */

export function createPool(size: number) {
  const line: Array<() => void> = [];
  let running = 0;

  const release = () => {
    running -= 1;
    line.shift()?.();
  };

  /** Run `task` when it is its turn. One that was cancelled while waiting gives up its turn. */
  return async function run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (running >= size) await new Promise<void>((turn) => line.push(turn));
    running += 1;
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      release();
    }
  };
}
