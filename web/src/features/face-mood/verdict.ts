/** From the expressions of a few frames to one mood. Pure. */
import type { Mood } from "../../lib/moods";
import { readableMoods, type ReadableMood } from "./readable-moods";

/** The share of each expression that the model knows; together they are 1. */
export type Expressions = Readonly<
  Record<"happy" | "sad" | "neutral" | "angry" | "fearful" | "disgusted" | "surprised", number>
>;

/** The faces in one frame. */
export type FrameFaces = readonly Expressions[];

export type Sureness = "clear" | "likely" | "guess";

export interface Verdict {
  mood: Mood;
  sureness: Sureness;
}

export type Conclusion = Verdict | "no_face" | "many_faces";

/** How many frames of a kind decide. A person may need a moment to come into the picture. */
const ENOUGH = { one: 5, many: 5, none: 20 };

/** Surprise counts half as happy and half as neutral: the model sees it in wide eyes and open mouths alike. */
const READINGS: Readonly<Record<ReadableMood, (face: Expressions) => number>> = {
  happy: (face) => face.happy + face.surprised / 2,
  sad: (face) => face.sad + face.angry + face.fearful + face.disgusted,
  neutral: (face) => face.neutral + face.surprised / 2,
};

/** Return a verdict or the trouble; null while more frames are needed. */
export function conclude(frames: readonly FrameFaces[], moods: readonly Mood[]): Conclusion | null {
  const alone = frames.flatMap((faces) => (faces.length === 1 ? faces : []));
  const none = frames.filter((faces) => faces.length === 0).length;

  if (alone.length >= ENOUGH.one) return verdictOf(alone, moods);
  if (frames.length - none - alone.length >= ENOUGH.many) return "many_faces";
  return none >= ENOUGH.none ? "no_face" : null;
}

/** Return how much of a verdict is there, from 0 to 1. */
export function progressOf(frames: readonly FrameFaces[]): number {
  return frames.filter((faces) => faces.length === 1).length / ENOUGH.one;
}

function verdictOf(faces: readonly Expressions[], moods: readonly Mood[]): Verdict {
  const weights = readableMoods(moods).map((mood) => ({ mood, weight: weightOf(mood, faces) }));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const first = weights.reduce((best, next) => (next.weight > best.weight ? next : best));
  return { mood: first.mood, sureness: surenessOf(total > 0 ? first.weight / total : 0) };
}

function weightOf(mood: ReadableMood, faces: readonly Expressions[]): number {
  return faces.reduce((sum, face) => sum + READINGS[mood](face), 0);
}

function surenessOf(share: number): Sureness {
  if (share >= 0.8) return "clear";
  return share >= 0.55 ? "likely" : "guess";
}
