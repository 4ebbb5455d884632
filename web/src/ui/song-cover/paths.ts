/** Paths of SVG and of a canvas, in a square of 100 × 100. */

export type Point = readonly [x: number, y: number];

const at = ([x, y]: Point) => `${round(x)} ${round(y)}`;
const round = (value: number) => Math.round(value * 10) / 10;

export function line(points: readonly Point[]): string {
  return `M${points.map(at).join("L")}`;
}

export function circle([x, y]: Point, radius: number): string {
  const arc = `a${round(radius)} ${round(radius)} 0 1 0`;
  return `M${at([x - radius, y])}${arc} ${round(2 * radius)} 0${arc} ${round(-2 * radius)} 0Z`;
}

/** A curve through all points (Catmull-Rom), which goes on from the last to the first if it is closed. */
export function curve(points: readonly Point[], { closed = false } = {}): string {
  const count = points.length;
  const point = (n: number): Point => points[closed ? (n + count) % count : Math.max(0, Math.min(count - 1, n))] ?? [0, 0];
  const pieces = Array.from({ length: closed ? count : count - 1 }, (_, n) => {
    const [before, from, to, after] = [point(n - 1), point(n), point(n + 1), point(n + 2)];
    return `C${at(beside(from, before, to))} ${at(beside(to, after, from))} ${at(to)}`;
  });
  return `M${at(point(0))}${pieces.join("")}${closed ? "Z" : ""}`;
}

/** The handle of a curve at `here`, on the side of `next`. */
function beside(here: Point, previous: Point, next: Point): Point {
  return [here[0] + (next[0] - previous[0]) / 6, here[1] + (next[1] - previous[1]) / 6];
}
