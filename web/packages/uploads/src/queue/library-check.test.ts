import { afterEach, expect, test, vi } from "vitest";
import { aSong } from "../../testing/builders.js";
import { passTime, stopClock } from "../../testing/clock.js";
import { toDraft } from "./drafts.js";
import { createLibraryCheck } from "./library-check.js";

afterEach(() => vi.useRealTimers());

test("a service that falls silent is asked for so long, not longer", async () => {
  stopClock();
  const stopped = vi.fn<() => void>();
  const listOfSizes = (_: readonly number[], signal: AbortSignal) => {
    signal.addEventListener("abort", stopped);
    return new Promise<never>(() => undefined);
  };
  const check = createLibraryCheck({ listOfSizes }, 60_000, new AbortController().signal, () => undefined);

  void check.check([{ ...toDraft(aSong(), { mood: "sad" }), local_id: "1", size_bytes: 1 }]);
  await passTime(29_000);
  expect(stopped).not.toHaveBeenCalled();
  await passTime(2000);

  expect(stopped).toHaveBeenCalledOnce();
});
