/** Notes whether there was something to show, for the next time. */
import type { MoodFilter } from "../../../lib/moods";
import { store } from "../../../lib/stored";
import { keyOf } from "./had-row";

export function keepRow(mood: MoodFilter, isThere: boolean): void {
  store(keyOf(mood), isThere ? "1" : null);
}
