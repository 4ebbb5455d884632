/** Whether the service has a newer build of the page. The parts that this build has not loaded yet are then gone. */
import { createStore } from "./store";

export const stale = createStore(false);

const CHECK_TIMEOUT_MS = 5000;
/** A part is some kilobytes: if it takes longer, its connection has died. */
const LOAD_TIMEOUT_MS = 60_000;

/** Compare the page's own script with the script that the service's page names now. */
export async function checkStale(): Promise<void> {
  const own = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.getAttribute("src");
  if (!own || stale.get()) return;
  try {
    const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) });
    const html = await answer.text();
    if (answer.ok && html.includes('id="root"') && !html.includes(own)) stale.set(true);
  } catch {
    // Unknown: it may be the network.
  }
}

/** Load a part of the page. If `load` rejects or takes `within_ms`, check whether a reload would help, then reject. */
export async function loadPart<T>(load: () => Promise<T>, within_ms = LOAD_TIMEOUT_MS): Promise<T> {
  try {
    return await notLater(load(), within_ms);
  } catch (error) {
    await checkStale();
    throw error;
  }
}

function notLater<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("It took too long to load")), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
