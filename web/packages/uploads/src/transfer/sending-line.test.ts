import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSendingLine } from "./sending-line.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A line, and the files that are being sent: `send` makes one ready, `finish` ends it. */
function aLine(isSlow: boolean | null = true) {
  const state = { isSlow };
  const line = createSendingLine({ simultaneous: 3, isSlow: () => state.isSlow });
  const ends = new Map<number, () => void>();
  const sent: number[] = [];
  const waited: number[] = [];
  const sending = (size: number) => () =>
    new Promise<void>((resolve) => {
      sent.push(size);
      ends.set(size, resolve);
    });
  return {
    line,
    state,
    sent,
    waited,
    finish: async (size: number) => {
      ends.get(size)?.();
      await vi.advanceTimersByTimeAsync(0);
    },
    join: (size: number) => {
      const place = line.join(size);
      const stop = new AbortController();
      const send = () => place.run(sending(size), stop.signal, () => waited.push(size));
      return { ...place, stop, send };
    },
  };
}

test.each([true, null])("on a line that is slow (%s), the smallest file goes first, and one at a time", async (isSlow) => {
  const { join, finish, sent, waited } = aLine(isSlow);
  const files = [50, 20, 10, 40].map((size) => join(size));

  for (const { send } of files) void send();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([10]);
  expect(waited).toEqual([50, 20, 40]);
  for (const size of [10, 20, 40, 50]) await finish(size);

  expect(sent).toEqual([10, 20, 40, 50]);
});

test("on a fast line several go at once, and whoever is ready waits for none that is not", async () => {
  const { join, sent } = aLine(false);
  const [small] = [join(1)];
  const files = [50, 20, 10, 40].map((size) => join(size));

  for (const { send } of files) void send();
  await vi.advanceTimersByTimeAsync(0);

  expect(sent).toEqual([50, 20, 10]);
  small?.leave();
});

test("a line that turns out to be fast takes more at once", async () => {
  const { join, line, state, sent } = aLine(null);
  for (const { send } of [50, 20, 10].map((size) => join(size))) void send();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([10]);

  state.isSlow = false;
  line.refill();
  await vi.advanceTimersByTimeAsync(0);

  expect(sent).toEqual([10, 20, 50]);
});

test("a small file that is not ready holds up larger ones for two seconds, not longer", async () => {
  const { join, sent } = aLine();
  join(10);
  void join(50).send();

  await vi.advanceTimersByTimeAsync(1999);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual([50]);
});

test("one that leaves, or is cancelled while it waits, holds up none", async () => {
  const { join, finish, sent } = aLine();
  const [gone, running, cancelled, last] = [join(1), join(2), join(3), join(4)];
  void running.send();
  gone.leave();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([2]);

  const waiting = cancelled.send();
  void last.send();
  cancelled.stop.abort();
  await expect(waiting).rejects.toThrow("Cancelled");
  await finish(2);

  expect(sent).toEqual([2, 4]);
});

test("one that was cancelled before its turn came takes no place", async () => {
  const { join, sent } = aLine();
  const cancelled = join(1);
  cancelled.stop.abort();

  await expect(cancelled.send()).rejects.toThrow("Cancelled");
  void join(2).send();
  await vi.advanceTimersByTimeAsync(0);

  expect(sent).toEqual([2]);
});

test("a file that fails makes room for the next", async () => {
  const { join, sent } = aLine();
  const failing = join(1);

  const failed = failing.run(() => Promise.reject(new Error("no")), failing.stop.signal, () => undefined);
  void join(2).send();
  await expect(failed).rejects.toThrow("no");
  await vi.advanceTimersByTimeAsync(0);

  expect(sent).toEqual([2]);
});

test("a file may be sent again", async () => {
  const { join, finish, sent } = aLine();
  const file = join(1);

  for (let round = 1; round <= 2; round += 1) {
    const sending = file.send();
    await vi.advanceTimersByTimeAsync(0);
    await finish(1);
    await sending;
  }

  expect(sent).toEqual([1, 1]);
});
