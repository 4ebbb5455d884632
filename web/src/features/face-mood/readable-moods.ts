/** The moods that a face can show. */
import type { Mood } from "../../lib/moods";

const READABLE = ["happy", "sad", "neutral"] as const;

export type ReadableMood = (typeof READABLE)[number];

/** Return those of the service's moods that a face can show. */
export function readableMoods(moods: readonly Mood[]): readonly ReadableMood[] {
  return moods.filter((mood): mood is ReadableMood => READABLE.some((readable) => readable === mood));
}
