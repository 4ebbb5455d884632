import { afterEach, expect, test, vi } from "vitest";
import { sleep, untilOnline } from "./wait.js";

const goes = (online: boolean) => vi.spyOn(navigator, "onLine", "get").mockReturnValue(online);
afterEach(() => vi.useRealTimers());

test("sleep ends after its time", async () => {
  vi.useFakeTimers();
  const slept = sleep(1000, new AbortController().signal);

  await vi.advanceTimersByTimeAsync(1000);

  await expect(slept).resolves.toBeUndefined();
});

test("sleep ends at once when it is cancelled", async () => {
  const stop = new AbortController();
  const slept = sleep(60_000, stop.signal);

  stop.abort();

  await expect(slept).rejects.toMatchObject({ name: "AbortError" });
});

test("waiting for the network ends with the online event", async () => {
  goes(false);
  const waited = untilOnline(new AbortController().signal);

  globalThis.dispatchEvent(new Event("online"));

  await expect(waited).resolves.toBeUndefined();
});

test("with a network there is nothing to wait for", async () => {
  goes(true);

  await expect(untilOnline(new AbortController().signal)).resolves.toBeUndefined();
});

test("waiting for the network can be cancelled", async () => {
  goes(false);
  const stop = new AbortController();
  const waited = untilOnline(stop.signal);

  stop.abort();

  await expect(waited).rejects.toMatchObject({ name: "AbortError" });
});
