/** How often and how long a transfer retries: each wait is longer. Being offline uses up no retry. */
import { ApiError, type ErrorCode } from "../api/api-error.js";
import { StoreError } from "./store-error.js";

export interface RetryPorts {
  isOnline(): boolean;
  untilOnline(signal: AbortSignal): Promise<void>;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Waits between tries of one request; the last one repeats. */
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];
/** Failures in a row after which the upload is shown as waiting; one that took a minute is shown at once. */
const SHOWN_AFTER = 3;

/** About 15 seconds: a small file is quickly sent again by hand. */
export const SHORT_TRIES = 5;
/** About a quarter of an hour: a router that restarts, a train in a tunnel. */
export const LONG_TRIES = 115;

/** Blocked uploads in a row after which retrying stops. */
const MAX_BLOCKED = 3;

/** These errors need bytes to be sent; asking again does not help. */
const NEEDS_BYTES: ReadonlySet<string> = new Set<ErrorCode>(["object_missing", "parts_missing"]);

export class RetryPolicy {
  readonly #ports: RetryPorts;
  readonly #signal: AbortSignal;
  readonly #tries: number;
  readonly #onWaiting: (cause: Error | null) => void;
  #failures = 0;
  #blocked = 0;

  constructor(ports: RetryPorts, signal: AbortSignal, tries: number, onWaiting: (cause: Error | null) => void) {
    this.#ports = ports;
    this.#signal = signal;
    this.#tries = tries;
    this.#onWaiting = onWaiting;
  }

  /** Wait before the next try. Rejects with `error` when no tries are left. `retry_after` is in seconds. */
  async wait(error: Error, retry_after: number | null = null): Promise<void> {
    if (!this.#ports.isOnline()) {
      this.#onWaiting(null);
      await this.#ports.untilOnline(this.#signal);
      this.#failures = 0;
      return;
    }
    const kind = error instanceof StoreError ? error.kind : null;
    this.#blocked = kind === "blocked" ? this.#blocked + 1 : 0;
    if (this.#failures === this.#tries || this.#blocked === MAX_BLOCKED) throw error;
    const isSilent = kind === "no_answer" || (error instanceof ApiError && error.code === "timed_out");
    if (this.#failures >= SHOWN_AFTER || isSilent) this.#onWaiting(error);
    const backoff = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)] ?? 0;
    this.#failures += 1;
    await this.#ports.sleep(Math.max(backoff, (retry_after ?? 0) * 1000), this.#signal);
  }
}

/** Call the service until it succeeds, or fails in a way that waiting does not fix. */
export async function withRetries<T>(call: () => Promise<T>, retries: RetryPolicy): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.retryable || NEEDS_BYTES.has(error.code)) throw error;
      await retries.wait(error, error.retry_after);
    }
  }
}
