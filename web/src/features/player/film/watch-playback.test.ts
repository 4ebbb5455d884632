import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchPlayback } from "./watch-playback";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A film that should play, watched for so many seconds. */
function watch(seconds: number, tick: (element: HTMLMediaElement) => void = () => undefined, given: Partial<HTMLMediaElement> = {}) {
  const element = document.createElement("video");
  for (const [name, value] of Object.entries({ paused: false, ended: false, ...given })) Object.defineProperty(element, name, { value });
  const onStill = vi.fn<() => void>();
  const stop = watchPlayback(element, onStill);
  for (let second = 0; second < seconds; second += 1) {
    tick(element);
    vi.advanceTimersByTime(1000);
  }
  stop();
  return onStill;
}

test("a film that stands still for ten seconds is told of, once", () => {
  expect(watch(9)).not.toHaveBeenCalled();
  expect(watch(30)).toHaveBeenCalledOnce();
});

test("one that moves is not", () => {
  expect(watch(30, (element) => (element.currentTime += 0.1))).not.toHaveBeenCalled();
});

test.each([{ paused: true }, { ended: true }])("nor is one that is %j", (given) => {
  expect(watch(30, undefined, given)).not.toHaveBeenCalled();
});

test("nor is one without a network, which is told elsewhere", () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);

  expect(watch(30)).not.toHaveBeenCalled();
});
