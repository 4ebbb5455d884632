import { expect, test } from "vitest";
import { aFile } from "../../../testing/builders";
import { hasShape, loudest } from "./song-shape";

test("songs have a shape, films and very large songs have none", () => {
  expect(hasShape(aFile())).toBe(true);
  expect(hasShape(aFile({ content_type: "video/mp4" }))).toBe(false);
  expect(hasShape(aFile({ size_bytes: 17 * 1024 * 1024 }))).toBe(false);
});

test("the shape is the loudest of each stretch, up or down", () => {
  expect([...loudest(Float32Array.of(0, 0.25, -0.5, 0.1, 0, 1), 3)]).toEqual([0.25, 0.5, 1]);
});

test("a sound shorter than its steps has no holes", () => {
  expect([...loudest(Float32Array.of(0.5, 1), 4)]).toEqual([0.5, 0.5, 1, 1]);
});
