/** Runs what a person asked for with code that loads at that moment. */
import { announce } from "./announce";
import { loadPart } from "./stale";
import { loadAllWords, words } from "./words";

/** Load a part and hand it to `run`. If that fails, say so, and resolve to false. */
export async function withPart<T>(load: () => Promise<T>, run: (part: T) => unknown): Promise<boolean> {
  try {
    const [part] = await loadPart(() => Promise.all([load(), loadAllWords()]));
    await run(part);
    return true;
  } catch {
    announce(words.parts.failed, { shown: true });
    return false;
  }
}
