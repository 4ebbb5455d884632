import { expect, test } from "vitest";
import { acceptAttribute, acceptedTypes } from "./accepted-types.js";

const ALLOWED = ["audio/*", "image/png"];

test.each([
  ["", ALLOWED],
  ["audio/mpeg", ["audio/mpeg"]],
  ["image/*", ["image/png"]],
  ["*", []],
  ["video/mp4, audio/flac", ["audio/flac"]],
  [".mp3,.WAV", ["audio/mpeg", "audio/wav"]],
  ["audio/*,.mp3", ["audio/*", "audio/mpeg"]],
])("%j of what the service takes", (accept, types) => {
  expect(acceptedTypes(ALLOWED, accept)).toEqual(types);
});

test("a chooser also knows the types by their extensions", () => {
  expect(acceptAttribute(["image/png"])).toBe("image/png,.png");
});
