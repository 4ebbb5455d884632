/** How long a transfer keeps trying: a little later each time; being offline uses up no try. */
import { ApiError, type ErrorCode } from "../api/api-error.js";
import { StoreError } from "./store-error.js";

export interface RetryPorts {
  isOnline(): boolean;
  untilOnline(signal: AbortSignal): Promise<void>;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Waits between tries of one request; the last one repeats. */
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];
/** Failures in a row after which the person is told that it waits. */
const SOON = 3;

/** About 15 seconds: a small file is soon sent again by hand. */
export const SHORT_TRIES = 5;
/** About a quarter of an hour: a router that restarts, a train in a tunnel. */
export const LONG_TRIES = 115;

/** Uploads turned away in a row, before it is believed that they always will be. */
const MOST_BLOCKED = 3;

/** Retryable, but by sending bytes, not by asking again. */
const BYTES_WANTED: ReadonlySet<string> = new Set<ErrorCode>(["object_missing", "parts_missing"]);

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

  /** Wait before the next try. Rejects with `error` when the tries are spent. `retry_after` is in seconds. */
  async wait(error: Error, retry_after: number | null = null): Promise<void> {
    if (!this.#ports.isOnline()) {
      this.#onWaiting(null);
      await this.#ports.untilOnline(this.#signal);
      this.#failures = 0;
      return;
    }
    const kind = error instanceof StoreError ? error.kind : null;
    this.#blocked = kind === "blocked" ? this.#blocked + 1 : 0;
    if (this.#failures === this.#tries || this.#blocked === MOST_BLOCKED) throw error;
    if (this.#failures >= SOON || kind === "no_answer") this.#onWaiting(error);
    const backoff = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)] ?? 0;
    this.#failures += 1;
    await this.#ports.sleep(Math.max(backoff, (retry_after ?? 0) * 1000), this.#signal);
  }
}

/** Call the service until it answers, or says something that waiting does not mend. */
export async function withRetries<T>(call: () => Promise<T>, retries: RetryPolicy): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.retryable || BYTES_WANTED.has(error.code)) throw error;
      await retries.wait(error, error.retry_after);
    }
  }
}
