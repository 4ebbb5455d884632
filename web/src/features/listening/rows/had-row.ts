/**
 * For which moods there was something to show the last time, in this browser. Its place is kept free from the first
 * paint on: a row that came in later would move the list below it.
 */
import type { MoodFilter } from "../../../lib/moods";
import { readStored } from "../../../lib/stored";

export const keyOf = (mood: MoodFilter) => `moodrop.rows.${mood ?? ""}`;

export function hadRow(mood: MoodFilter): boolean {
  return readStored(keyOf(mood)) !== null;
}
