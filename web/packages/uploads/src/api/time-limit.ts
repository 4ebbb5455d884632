/** How long a call may take. A connection that died silently would otherwise be waited for without end. */

/** Milliseconds. The service itself waits less for whatever it needs. */
export const CALL_MS = 60_000;
/** A confirm may take this many times as long: the store puts the parts of a large file together meanwhile. */
const CONFIRM_FACTOR = 5;

/** Return the milliseconds that a call of this path may take, where other calls may take `call_ms`. */
export function timeLimitOf(path: string, call_ms: number = CALL_MS): number {
  return path.endsWith("/confirm") ? call_ms * CONFIRM_FACTOR : call_ms;
}

/** Return a signal that is aborted with `signal`, or with a TimeoutError after `ms` milliseconds. */
export function withinTime(ms: number, signal?: AbortSignal | null): AbortSignal {
  // Node takes no fraction.
  const limit = AbortSignal.timeout(Math.ceil(ms));
  return signal ? AbortSignal.any([signal, limit]) : limit;
}
