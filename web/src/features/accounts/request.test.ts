import { http } from "msw";
import { afterEach, expect, test, vi } from "vitest";
import { passTime, silence, stopClock } from "../../testing/clock";
import { ORIGIN, server } from "../../testing/server";
import { request } from "./request";

afterEach(() => vi.useRealTimers());

test("a service that falls silent is given up after a minute, and may be asked again", async () => {
  server.use(http.get(`${ORIGIN}/api/auth/session`, silence));
  stopClock();
  const failed = vi.fn<(error: unknown) => void>();

  void request("GET", "/api/auth/session").catch(failed);
  await passTime(60_000);

  expect(failed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "timed_out", retryable: true }));
});
