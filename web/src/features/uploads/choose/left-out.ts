/** Chosen files left out before anyone sees them: mentioned once, with a count and the reason. */
import type { Mood } from "../../../lib/moods";

export interface LeftOut {
  /** Files and folders; a hidden folder counts as one, whatever is in it. */
  hidden: number;
  unreadable: number;
}

export const NOTHING_LEFT_OUT: LeftOut = { hidden: 0, unreadable: 0 };

/** With a mood, the files start at once. */
export type OnFiles = (files: File[], leftOut: LeftOut, mood?: Mood) => void;

export function countOf({ hidden, unreadable }: LeftOut): number {
  return hidden + unreadable;
}

export function sumOf(one: LeftOut, other: LeftOut): LeftOut {
  return { hidden: one.hidden + other.hidden, unreadable: one.unreadable + other.unreadable };
}
