/** Waiting that an AbortSignal can end at once. */

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted());
    const stop = () => {
      clearTimeout(timer);
      reject(aborted());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Node has no such flag, and is always online. */
export function isOnline(): boolean {
  const known: { onLine?: boolean } | undefined = globalThis.navigator;
  return known?.onLine ?? true;
}

/** Resolves when the browser is online. */
export function untilOnline(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted());
    if (isOnline()) return resolve();
    const clean = () => {
      globalThis.removeEventListener("online", back);
      signal.removeEventListener("abort", stop);
    };
    const back = () => {
      clean();
      resolve();
    };
    const stop = () => {
      clean();
      reject(aborted());
    };
    globalThis.addEventListener("online", back);
    signal.addEventListener("abort", stop);
  });
}

/** Settles like `promise`, or rejects with AbortError as soon as `signal` is aborted; the promise itself goes on. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted());
    const stop = () => reject(aborted());
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Resolves with the value of `promise`, or with `otherwise` if it fails or takes longer than `ms`. Never rejects. */
export function withTimeout<T, U>(promise: Promise<T>, ms: number, otherwise: U): Promise<T | U> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), ms);
    promise.then(resolve, () => resolve(otherwise)).finally(() => clearTimeout(timer));
  });
}

function aborted(): DOMException {
  return new DOMException("Cancelled", "AbortError");
}
