/** Notes whether there was something to show, for the next time. */
import type { MoodFilter } from "../../../lib/moods";
import { keyOf } from "./had-row";

export function keepRow(mood: MoodFilter, isThere: boolean): void {
  try {
    if (isThere) localStorage.setItem(keyOf(mood), "1");
    else localStorage.removeItem(keyOf(mood));
  } catch {
    // The browser stores nothing: a row shows only if it comes at once.
  }
}
