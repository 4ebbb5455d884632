/** Waiting that an AbortSignal ends at once. */

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

/** Resolve when the browser says that there is a network again; at once when there is one. */
export function untilOnline(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted());
    if (navigator.onLine) return resolve();
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

/** What is promised, or an AbortError as soon as the signal says so; what was promised goes on unheard. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted());
    const stop = () => reject(aborted());
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** What is promised, or `otherwise` where it takes longer than `ms` or fails: for what is good to have. Never rejects. */
export function withTimeout<T, U>(promise: Promise<T>, ms: number, otherwise: U): Promise<T | U> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), ms);
    promise.then(resolve, () => resolve(otherwise)).finally(() => clearTimeout(timer));
  });
}

function aborted(): DOMException {
  return new DOMException("Cancelled", "AbortError");
}
