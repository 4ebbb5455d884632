import { expect, test } from "vitest";
import { onlyFirst } from "./only-first";

test("a stream reads on in the version of each file that it began with, and in no other", () => {
  const goesOn = onlyFirst();

  expect(goesOn("720", "a")).toBe(true);
  expect(goesOn("240", "b")).toBe(true);
  expect(goesOn("720", "a")).toBe(true);
  expect(goesOn("720", "c")).toBe(false);
  expect(goesOn("720", "a")).toBe(true);
});

test("each stream begins anew", () => {
  expect(onlyFirst()("720", "a")).toBe(true);
  expect(onlyFirst()("720", "b")).toBe(true);
});
