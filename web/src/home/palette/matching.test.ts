import { expect, test } from "vitest";
import { distanceOf } from "./matching";

test("every typed word begins one of the text's, in any order, whatever its case and accents", () => {
  expect(distanceOf("play sad", "Play sad songs")).toBe(0);
  expect(distanceOf("SO pla", "Play sad songs")).toBe(0);
  expect(distanceOf("tone", "Tönë")).toBe(0);
  expect(distanceOf("play glad", "Play sad songs")).toBeNull();
  expect(distanceOf("", "Play sad songs")).toBe(0);
});

test.each(["galsshouse", "glasshose", "glassshouse", "glazshouse", "glashou"])("%s is near enough to Glasshouse", (typed) => {
  expect(distanceOf(typed, "Glasshouse")).toBe(1);
});

test("two errors are too many, and a short word allows none", () => {
  expect(distanceOf("galsshosue", "Glasshouse")).toBeNull();
  expect(distanceOf("sda", "Sad songs")).toBeNull();
});
