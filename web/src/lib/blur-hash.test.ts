import { expect, test } from "vitest";
import { decodeBlurHash } from "./blur-hash";

/** Of 4 × 3 pixels, as the reference in Python decodes it. */
const HASH = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";
const ROWS = [
  [[135, 164, 177], [161, 173, 177], [181, 180, 171], [160, 172, 174]],
  [[124, 154, 169], [148, 148, 154], [164, 145, 134], [146, 152, 155]],
  [[124, 144, 154], [144, 134, 132], [163, 130, 104], [148, 140, 134]],
];

test("a BlurHash decodes to the colours of the reference", () => {
  const pixels = [...(decodeBlurHash(HASH, 4, 3) ?? [])];
  const expected = ROWS.flat().flatMap((colour) => colour.concat(255));
  expect(pixels).toHaveLength(expected.length);
  for (const [n, value] of expected.entries()) expect(Math.abs((pixels[n] ?? -9) - value)).toBeLessThanOrEqual(1);
});

test.each(["", "L", "LEHV6nWB2yk8pyo0adR*.7kCMdn", `${HASH}~~`, HASH.replace("W", "ä"), "LEHV6nWB2yk8pyo0adR*.7kCMdn "])("%j is no BlurHash", (hash) => {
  expect(decodeBlurHash(hash, 4, 3)).toBeNull();
});
