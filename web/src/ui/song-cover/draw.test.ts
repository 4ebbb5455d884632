import { expect, test } from "vitest";
import { chanceOf } from "./chance";
import { drawSong, type DrawnSong } from "./draw";
import type { Tone } from "./drawing";
import { STRETCHES } from "./levels";

const tone: Tone = (light, strength, turn) => `${light} ${strength} ${turn}`;
const MOODS = ["happy", "sad", "neutral", "other", "all"];

function waveformOf(level: (n: number) => number): string {
  return btoa(String.fromCharCode(...Array.from({ length: STRETCHES }, (_, n) => level(n))));
}

const SWELLING = waveformOf((n) => n * 7);
const FADING = waveformOf((n) => 255 - n * 7);

function draw(given: Partial<DrawnSong> = {}) {
  return drawSong({ seed: "01JD8ZK3V0X5W9QH2M4N6P7R8S", hue: "happy", waveform: SWELLING, ...given }, tone);
}

const shapeOf = (given?: Partial<DrawnSong>) => draw(given).layers.map(({ d, width }) => `${d} ${width}`);

test.each(MOODS)("a song of the mood %s has the same cover each time, and another song another", (hue) => {
  expect(draw({ hue })).toEqual(draw({ hue }));
  expect(shapeOf({ hue, waveform: FADING })).not.toEqual(shapeOf({ hue }));
  expect(shapeOf({ hue, seed: "another" })).not.toEqual(shapeOf({ hue }));
});

test("each mood has a shape of its own; those that the page does not know share one", () => {
  const shapes = MOODS.map((hue) => shapeOf({ hue }).join(" "));

  expect(new Set(shapes).size).toBe(4);
  expect(shapes[3]).toBe(shapes[4]);
});

test.each(MOODS)("a song of the mood %s that is not measured yet has a cover of its own, and keeps its colours", (hue) => {
  const before = draw({ hue, waveform: null });

  expect(before).toEqual(draw({ hue, waveform: null }));
  expect(before.layers).not.toEqual(draw({ hue, waveform: null, seed: "another" }).layers);
  expect(before.sky).toEqual(draw({ hue }).sky);
  expect(before.layers.map(({ colour }) => colour)).toEqual(draw({ hue }).layers.map(({ colour }) => colour));
});

test.each(["", "AAAA", "####", "A".repeat(64), "💧"])("the waveform %j of another version is as none", (waveform) => {
  expect(draw({ waveform })).toEqual(draw({ waveform: null }));
});

test("how loud it was mastered makes no other cover, and one level from beginning to end makes a plain one", () => {
  const quiet = waveformOf((n) => (n % 6) * 10 + 5);
  const loud = waveformOf((n) => (n % 6) * 50 + 5);

  expect(shapeOf({ waveform: quiet })).toEqual(shapeOf({ waveform: loud }));
  expect(shapeOf({ waveform: waveformOf(() => 0) })).toEqual(shapeOf({ waveform: waveformOf(() => 255) }));
});

test.each(MOODS)("whatever a song of the mood %s is, its cover is drawn of numbers near its square", (hue) => {
  const chance = chanceOf(hue);
  for (let round = 0; round < 100; round += 1) {
    const waveform = round % 3 === 0 ? null : waveformOf(() => Math.floor(255.9 * chance() ** (round % 7)));
    for (const { d, opacity = 1, width = 1 } of draw({ hue, seed: `${round}`, waveform }).layers) {
      expect(d).toMatch(/^M[MLCaZ\d .-]+$/);
      expect((d.match(/-?[\d.]+/g) ?? []).every((number) => Math.abs(Number(number)) <= 200)).toBe(true);
      expect(opacity > 0 && opacity <= 1 && width > 0).toBe(true);
    }
  }
});
