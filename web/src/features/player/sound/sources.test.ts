import { http } from "msw";
import { afterEach, expect, test, vi } from "vitest";
import { aFile } from "../../../testing/builders";
import { passTime, silence, stopClock } from "../../../testing/clock";
import { ORIGIN, server } from "../../../testing/server";
import { sourcesOf } from "./sources";

afterEach(() => vi.useRealTimers());

test("a service that does not say what it made of a file is waited for three seconds, then the original plays", async () => {
  server.use(http.get(`${ORIGIN}/v1/files/silent/media`, silence));
  stopClock();
  const settled = vi.fn<(sources: readonly unknown[]) => void>();

  void sourcesOf(aFile({ file_id: "silent", media_state: "ready" })).then(settled);
  await passTime(3000);

  expect(settled.mock.lastCall?.[0]).toHaveLength(1);
});
