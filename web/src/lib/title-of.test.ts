import { expect, test } from "vitest";
import { titleOf } from "./title-of";

test.each([
  ["Low Tide", "a.mp3", "Low Tide"],
  [null, "a.mp3", "a.mp3"],
  ["   ", "a.mp3", "a.mp3"],
  [" \t", "", "Untitled"],
])("a file with the title %j and the name %j is called %j", (title, filename, name) => {
  expect(titleOf({ title, filename })).toBe(name);
});
