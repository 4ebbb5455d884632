import { describe, expect, test } from "vitest";
import { ago, clock, durationInWords } from "./format";

describe("durationInWords", () => {
  test.each([
    [0, "a few seconds"],
    [12_000, "about 20 seconds"],
    [70_000, "about a minute"],
    [130_000, "about 2 minutes"],
    [3_600_000, "about an hour"],
    [3 * 3_600_000, "about 3 hours"],
    [24 * 3_600_000, "about a day"],
    [72 * 3_600_000, "about 3 days"],
  ])("%d ms is %s", (ms, text) => {
    expect(durationInWords(ms)).toBe(text);
  });
});

describe("ago", () => {
  const now = new Date("2026-11-21T10:00:00Z");

  test.each([
    ["2026-11-21T09:59:40Z", "just now"],
    ["2026-11-21T09:57:00Z", "3 minutes ago"],
    ["2026-11-21T08:00:00Z", "2 hours ago"],
    ["2026-11-20T09:00:00Z", "yesterday"],
    ["2026-11-01T09:00:00Z", "2 weeks ago"],
    ["2026-08-01T09:00:00Z", "3 months ago"],
    ["2020-08-01T09:00:00Z", "6 years ago"],
  ])("%s is %s", (iso, text) => {
    expect(ago(iso, now)).toBe(text);
  });

  test("a time ahead of this computer's clock is just now", () => {
    expect(ago("2026-11-21T10:05:00Z", now)).toBe("just now");
  });
});

test.each([
  [0, "0:00"],
  [187.9, "3:07"],
  [3723, "1:02:03"],
  [Number.NaN, "0:00"],
])("%d seconds show as %s", (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});
