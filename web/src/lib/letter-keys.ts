/** Whether single keys (N, "/") are shortcuts: who speaks to the computer types them by accident. Kept in this browser. */
const KEY = "moodrop.letter_keys";

export function hasLetterKeys(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

/** Where the browser keeps nothing, they are on again next time. */
export function setLetterKeys(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // A full or forbidden storage costs only the comfort.
  }
}
