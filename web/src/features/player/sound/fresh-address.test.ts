import { describe, expect, test } from "vitest";
import { freshAddress, needsFreshAddress } from "./fresh-address";

const SIXTY_SECONDS = {
  file_id: "f",
  method: "GET",
  url: "http://store.test/f",
  headers: {},
  server_time: "2026-11-21T10:00:00Z",
  expires_at: "2026-11-21T10:01:00Z",
} as const;

test("an address lives as long as the service says, whatever this computer's clock", () => {
  expect(freshAddress(SIXTY_SECONDS, 1000)).toEqual({ url: "http://store.test/f", dies_at: 61_000 });
});

describe("needsFreshAddress", () => {
  const address = freshAddress(SIXTY_SECONDS, 0);
  const target = { second: 100, duration: 240, buffered: [{ start: 0, end: 120 }] };

  test("not while it lives", () => {
    expect(needsFreshAddress(address, target, 30_000)).toBe(false);
  });

  test("a little before its end, because the request still has to get there", () => {
    expect(needsFreshAddress(address, target, 56_000)).toBe(true);
  });

  test("not when the browser holds the rest of the song", () => {
    const buffered = { ...target, buffered: [{ start: 90, end: 240 }] };

    expect(needsFreshAddress(address, buffered, 90_000)).toBe(false);
  });

  test("when the second lies in a hole", () => {
    const holed = { ...target, buffered: [{ start: 0, end: 50 }, { start: 180, end: 240 }] };

    expect(needsFreshAddress(address, holed, 90_000)).toBe(true);
  });

  test("when nobody knows how long the song is", () => {
    expect(needsFreshAddress(address, { ...target, duration: null }, 90_000)).toBe(true);
  });
});
