/** Small texts in the browser's storage. A browser may refuse it, or be full: then nothing is stored, and nothing fails. */

/** `local`: for the next visits; `session`: until the tab is closed. */
type Area = "local" | "session";

export function readStored(key: string, area: Area = "local"): string | null {
  try {
    return storageOf(area).getItem(key);
  } catch {
    return null;
  }
}

/** Null removes it. */
export function store(key: string, text: string | null, area: Area = "local"): void {
  try {
    if (text === null) storageOf(area).removeItem(key);
    else storageOf(area).setItem(key, text);
  } catch {
    // The next visit begins with the default.
  }
}

/** Null if there is none, or no valid JSON: anyone may have written to the storage, also an earlier version of the page. */
export function readStoredJson(key: string): unknown {
  try {
    return JSON.parse(readStored(key) ?? "null");
  } catch {
    return null;
  }
}

/** Reading the property itself throws where storage is forbidden. */
function storageOf(area: Area): Storage {
  return area === "local" ? localStorage : sessionStorage;
}
