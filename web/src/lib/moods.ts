/** How a mood looks and reads. The list comes from the service; a mood without a look of its own gets a plain one. */
import type { ShapeName } from "./shapes";
import { words } from "./words";

export type Mood = string;
/** What the library shows: one mood, or all (null). */
export type MoodFilter = Mood | null;

const SHAPES: Readonly<Record<string, ShapeName>> = { happy: "sun", sad: "drop", neutral: "leaf" };

export function moodShape(mood: MoodFilter): ShapeName {
  return mood === null ? "trio" : (SHAPES[mood] ?? "ring");
}

export function moodName(mood: Mood): string {
  return words.moods.names[mood] ?? mood.charAt(0).toUpperCase() + mood.slice(1);
}

/** The mood of this name in the person's language. */
export function moodIn(word: string): Mood | null {
  const lower = word.toLocaleLowerCase();
  return Object.keys(words.moods.names).find((mood) => moodName(mood).toLocaleLowerCase() === lower) ?? null;
}

/** The value of `data-hue`, which carries a mood's colours in tokens.css. */
export function moodHue(mood: MoodFilter | undefined): string {
  if (mood === null || mood === undefined) return "all";
  return mood in SHAPES ? mood : "other";
}
