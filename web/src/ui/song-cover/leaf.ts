/** Songs that are neither: a leaf that the song grows from its stem to its tip. */
import type { Drawing, Given, Layer } from "./drawing";
import { smooth } from "./levels";
import { curve, line, type Point } from "./paths";

interface Bend {
  from: Point;
  to: Point;
  /** How far the middle is beside the straight line. */
  bend: number;
}

export function leaf({ levels: given, chance, tone }: Given): Drawing {
  const levels = smooth(given, 1);
  const mirrored = chance() < 0.5;
  const place = (x: number): number => (mirrored ? 100 - x : x);
  const stem: Bend = { from: [place(16), 90], to: [place(80 + 6 * chance()), 12 + 6 * chance()], bend: (chance() - 0.5) * 26 };
  const shadow: Bend = { from: [place(70), 112], to: [place(4), 8], bend: 14 };
  return {
    sky: [tone(0.93, 0.9, 14), tone(0.8, 1.3, -6)],
    layers: [
      { d: outline(shadow, smooth(levels, 4), 34), colour: tone(0.74, 1.5, 10), opacity: 0.4 },
      { d: half(stem, levels, 1), colour: tone(0.52, 1.35, 0) },
      { d: half(stem, levels, -1), colour: tone(0.6, 1.45, 6) },
      ...veins(stem, levels, tone(0.9, 0.7, 8)),
    ],
  };
}

const edge = (levels: readonly number[], n: number) => {
  const along = n / (levels.length - 1);
  return Math.sin(Math.PI * along ** 0.8) * (12 + 18 * (levels[n] ?? 0));
};

function half(stem: Bend, levels: readonly number[], side: 1 | -1, width = 1): string {
  const rim = levels.map((_, n) => beside(stem, n / (levels.length - 1), side * width * edge(levels, n)));
  const back = [0.75, 0.5, 0.25].map((along) => beside(stem, along, 0));
  return `${curve(rim)}${curve([stem.to, ...back, stem.from]).replace("M", "L")}Z`;
}

function outline(stem: Bend, levels: readonly number[], width: number): string {
  const rim = (side: 1 | -1) => levels.map((_, n) => beside(stem, n / (levels.length - 1), (side * width * edge(levels, n)) / 20));
  return curve([...rim(1), ...rim(-1).toReversed()], { closed: true });
}

function veins(stem: Bend, levels: readonly number[], colour: string): Layer[] {
  const paths = levels.flatMap((_, n) => {
    const along = n / (levels.length - 1);
    if (n % 3 !== 1 || n < 4 || along > 0.86) return [];
    const root = beside(stem, along - 0.06, 0);
    return ([1, -1] as const).map((side) => line([root, beside(stem, along + 0.04, side * 0.8 * edge(levels, n))]));
  });
  const rib = curve([0, 0.25, 0.5, 0.75, 0.97].map((along) => beside(stem, along, 0)));
  return [
    { d: paths.join(""), colour, width: 0.7, opacity: 0.7 },
    { d: rib, colour, width: 1.5 },
  ];
}

/** The point so far along the stem, and so far beside it. */
function beside({ from, to, bend }: Bend, along: number, away: number): Point {
  const [x, y] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(x, y);
  const off = away + bend * 4 * along * (1 - along);
  return [from[0] + x * along + (-y / length) * off, from[1] + y * along + (x / length) * off];
}
