/** A clock that stands still until a test moves it on. Vitest's own does not stop `AbortSignal.timeout`. */
import { vi } from "vitest";

const { setTimeout: later } = globalThis;

/** Stop the clock. `vi.useRealTimers()` lets it go on. */
export function stopClock(): void {
  vi.useFakeTimers();
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    const limit = new AbortController();
    setTimeout(() => limit.abort(new DOMException("It took too long", "TimeoutError")), ms);
    return limit.signal;
  });
}

const STEPS = 20;

/** Let `ms` pass twice, in steps between which requests to the test's service go on: the first one begins late. */
export async function passTime(ms: number): Promise<void> {
  for (let step = 0; step < 2 * STEPS; step += 1) {
    await vi.advanceTimersByTimeAsync(ms / STEPS);
    await new Promise((resolve) => {
      later(resolve, 0);
    });
  }
}

/** The answer of a service, or a part of the browser, that has fallen silent. */
export const silence = () => new Promise<never>(() => undefined);
