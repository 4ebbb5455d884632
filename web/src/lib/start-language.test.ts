import { afterEach, expect, test, vi } from "vitest";
import { passTime, silence, stopClock } from "../testing/clock";

afterEach(() => vi.useRealTimers());

test("the page starts in English where its language does not come within three seconds", async () => {
  vi.resetModules();
  const { chosenLanguage, loadWithLanguage, startLanguage } = await import("./words");
  vi.spyOn(navigator, "languages", "get").mockReturnValue(["de"]);
  void loadWithLanguage(silence);
  stopClock();
  const started = vi.fn<() => void>();

  void startLanguage().then(started);
  await passTime(3000);

  expect(started).toHaveBeenCalledOnce();
  expect(chosenLanguage()).toBe("en");
});
