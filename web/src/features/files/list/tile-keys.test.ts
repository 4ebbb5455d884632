import { expect, test } from "vitest";
import { nextTile } from "./tile-keys";

/** Seven covers: 0 1 2 / 3 4 5 / 6. */
const grid = { columns: 3, count: 7, rtl: false };

test.each([
  ["ArrowRight", 0, 1],
  ["ArrowRight", 2, 3],
  ["ArrowRight", 6, null],
  ["ArrowLeft", 0, null],
  ["ArrowLeft", 3, 2],
  ["ArrowDown", 0, 3],
  ["ArrowDown", 5, 6],
  ["ArrowDown", 6, null],
  ["ArrowUp", 6, 3],
  ["ArrowUp", 2, null],
  ["Home", 5, 0],
  ["End", 0, 6],
  ["a", 0, null],
])("%s leads from %d to %s", (key, from, to) => {
  expect(nextTile(key, from, grid)).toBe(to);
});

test("from right to left, the arrows lead as they point", () => {
  expect(nextTile("ArrowLeft", 0, { ...grid, rtl: true })).toBe(1);
  expect(nextTile("ArrowRight", 1, { ...grid, rtl: true })).toBe(0);
  expect(nextTile("ArrowDown", 1, { ...grid, rtl: true })).toBe(4);
});

test("where there is nothing, no key leads anywhere", () => {
  for (const key of ["Home", "End", "ArrowDown"]) expect(nextTile(key, 0, { ...grid, count: 0 })).toBeNull();
});
