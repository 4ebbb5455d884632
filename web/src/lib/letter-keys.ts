/** Whether single keys (N, "/") are shortcuts: speech input types them by accident. Stored in this browser. */
import { readStored, store } from "./stored";

const KEY = "moodrop.letter_keys";

export function hasLetterKeys(): boolean {
  return readStored(KEY) !== "off";
}

/** If the browser stores nothing, they are on again next time. */
export function setLetterKeys(on: boolean): void {
  store(KEY, on ? "on" : "off");
}
