/** Whether single keys (N, "/") are shortcuts: speech input types them by accident. Stored in this browser. */
const KEY = "moodrop.letter_keys";

export function hasLetterKeys(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

/** If the browser stores nothing, they are on again next time. */
export function setLetterKeys(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // Storage is full or forbidden: the setting is not remembered.
  }
}
