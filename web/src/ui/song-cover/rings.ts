/** Songs without a mood of their own: rings, the song from the middle to the edge. */
import type { Drawing, Given } from "./drawing";
import { shorten } from "./levels";
import { circle, type Point } from "./paths";

const RINGS = 12;

export function rings({ levels, chance, tone }: Given): Drawing {
  const centre: Point = [30 + 40 * chance(), 30 + 40 * chance()];
  const grooves = shorten(levels, RINGS).map((level, n) => ({
    d: circle(centre, 12 + n * 7),
    colour: tone(0.96, 0.5, 16),
    width: 0.6 + 3.2 * level,
    opacity: (0.3 + 0.6 * level) * (1 - n / (RINGS + 2)),
  }));
  return { sky: [tone(0.76, 1.1, 24), tone(0.54, 1.25, -16)], layers: [...grooves, { d: circle(centre, 6.5), colour: tone(0.97, 0.4, 16) }] };
}
