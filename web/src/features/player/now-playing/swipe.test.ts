import { expect, test } from "vitest";
import { swipeOf } from "./swipe";

const from = { x: 100, y: 300 };

test.each([
  ["a stroke up", { x: 110, y: 200 }, "up"],
  ["a stroke down", { x: 90, y: 400 }, "down"],
  ["a tap that slipped", { x: 100, y: 270 }, null],
  ["a stroke to the side", { x: 250, y: 240 }, null],
] as const)("%s", (_, to, swipe) => {
  expect(swipeOf(from, to)).toBe(swipe);
});
