/** Sad songs: waves at night, the nearest one the song itself from left to right. */
import type { Drawing, Given } from "./drawing";
import { shorten, smooth } from "./levels";
import { circle, curve, type Point } from "./paths";

export function sea({ levels, chance, tone }: Given): Drawing {
  const moon: Point = [22 + 56 * chance(), 20 + 12 * chance()];
  return {
    sky: [tone(0.36, 1, -6), tone(0.74, 0.95, 30)],
    layers: [
      { d: circle(moon, 19), colour: tone(0.9, 0.5, 20), opacity: 0.14 },
      { d: circle(moon, 8.5), colour: tone(0.95, 0.35, 10), opacity: 0.95 },
      { d: wave(shorten(levels, 9).toReversed(), 66, 22), colour: tone(0.6, 1.05, 18), opacity: 0.7 },
      { d: wave(shorten(smooth(levels, 1), 12), 80, 25), colour: tone(0.46, 1.1, 6), opacity: 0.85 },
      { d: wave(smooth(levels, 1), 97, 30), colour: tone(0.3, 0.95, -4) },
    ],
  };
}

/** A wave from edge to edge, filled to the ground. */
function wave(levels: readonly number[], base: number, height: number): string {
  const step = 108 / (levels.length - 1);
  const crest = curve(levels.map((level, n): Point => [n * step - 4, base - height * level]));
  return `${crest}L104 104L-4 104Z`;
}
