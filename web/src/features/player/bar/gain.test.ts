import { expect, test } from "vitest";
import { gainOf } from "./gain";

test.each([
  [-16, 1],
  [-10, 0.501],
  [-4, 0.251],
])("%d LUFS is brought down to -16", (lufs, gain) => {
  expect(gainOf(lufs)).toBeCloseTo(gain, 3);
});

test.each([-17, -60, null])("%j is left as it is, so that nothing clips", (lufs) => {
  expect(gainOf(lufs)).toBe(1);
});
