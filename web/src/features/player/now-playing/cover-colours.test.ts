import { expect, test } from "vitest";
import { mainColours } from "./cover-colours";

type Colour = readonly [number, number, number];

/** A picture of so many pixels of each colour. */
function pixelsOf(...parts: readonly (readonly [count: number, colour: Colour])[]): Uint8ClampedArray {
  return Uint8ClampedArray.from(parts.flatMap(([count, colour]) => Array.from({ length: count }, () => [...colour, 255]).flat()));
}

const TEAL: Colour = [20, 160, 150];
const RUST: Colour = [180, 90, 30];
const GREY: Colour = [120, 120, 120];

test("the colour that most of the picture has, and one far from it", () => {
  expect(mainColours(pixelsOf([150, TEAL], [60, RUST], [40, GREY]))).toEqual(["rgb(20 160 150)", "rgb(180 90 30)"]);
});

test("a vivid colour goes before as much grey", () => {
  expect(mainColours(pixelsOf([128, GREY], [128, RUST]))[0]).toBe("rgb(180 90 30)");
});

test("a picture of one colour has it twice", () => {
  expect(mainColours(pixelsOf([256, TEAL]))).toEqual(["rgb(20 160 150)", "rgb(20 160 150)"]);
});
