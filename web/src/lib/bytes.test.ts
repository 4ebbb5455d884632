import { expect, test } from "vitest";
import { formatBytes, formatLimit, formatSpeed } from "./bytes";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [4_200_000, "4.2 MB"],
  [200_000_000, "200 MB"],
  [5_368_709_120, "5.4 GB"],
  [9e15, "9000 TB"],
])("%d reads %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("a speed is bytes in a second", () => {
  expect(formatSpeed(1_234_567.8)).toBe("1.2 MB/s");
});

test.each([
  [5 * 1024 ** 3, "5.3 GB"],
  [10_000_000, "10 MB"],
  [999, "999 bytes"],
  [0, "0 bytes"],
])("a limit of %i bytes is never shown larger: %s", (bytes, text) => {
  expect(formatLimit(bytes)).toBe(text);
});
