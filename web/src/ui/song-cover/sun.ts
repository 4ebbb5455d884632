/** Happy songs: a sun whose rays are the song, once around. */
import type { Drawing, Given } from "./drawing";
import { smooth } from "./levels";
import { circle, curve, line, type Point } from "./paths";

export function sun({ levels, chance, tone }: Given): Drawing {
  const centre: Point = [38 + 24 * chance(), 42 + 20 * chance()];
  const start = chance() * 2 * Math.PI;
  const spot = (n: number, radius: number): Point => {
    const angle = start + (n / levels.length) * 2 * Math.PI;
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)];
  };
  const halo = smooth(levels, 4).map((level, n) => spot(n, 34 + 26 * level));
  const corona = smooth(levels, 1).map((level, n) => spot(n, 23 + 17 * level));
  const rays = levels.map((level, n) => line([spot(n, 20), spot(n, 21 + 18 * level)]));
  return {
    sky: [tone(0.88, 1.05, 18), tone(0.74, 1.3, -18)],
    layers: [
      { d: curve(halo, { closed: true }), colour: tone(0.93, 0.9, 22), opacity: 0.45 },
      { d: curve(corona, { closed: true }), colour: tone(0.95, 0.8, 22), opacity: 0.6 },
      { d: rays.join(""), colour: tone(0.7, 1.35, -14), width: 1.7, opacity: 0.85 },
      { d: circle(centre, 16), colour: tone(0.985, 0.4, 24) },
    ],
  };
}
