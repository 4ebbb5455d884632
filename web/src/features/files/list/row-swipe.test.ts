import { expect, test } from "vitest";
import { ACT_PX, swipeOf } from "./row-swipe";

const BOTH = { queue: true, remove: true };

test("along the line it queues, against it it deletes, and far enough it acts", () => {
  expect(swipeOf(40, 5, BOTH, false)).toEqual({ side: "queue", shift: 40, ready: false });
  expect(swipeOf(-40, 5, BOTH, false)).toEqual({ side: "remove", shift: -40, ready: false });
  expect(swipeOf(ACT_PX, 0, BOTH, false)).toMatchObject({ side: "queue", ready: true });
  expect(swipeOf(-ACT_PX, 0, BOTH, false)).toMatchObject({ side: "remove", ready: true });
});

test("from right to left it is mirrored", () => {
  expect(swipeOf(-100, 0, BOTH, true)?.side).toBe("queue");
  expect(swipeOf(100, 0, BOTH, true)?.side).toBe("remove");
});

test("across the line it is a scroll", () => {
  expect(swipeOf(20, 22, BOTH, false)).toBeNull();
  expect(swipeOf(-100, 130, BOTH, false)).toBeNull();
  // Back where it began, the finger has not turned aside.
  expect(swipeOf(0, 4, BOTH, false)?.shift).toBe(0);
});

test("a side that the row does not have gives way a little, and does nothing", () => {
  const swipe = swipeOf(-300, 0, { queue: true, remove: false }, false);

  expect(swipe?.ready).toBe(false);
  expect(swipe?.shift).toBeGreaterThan(-60);
});
