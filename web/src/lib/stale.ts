/** Whether the service has a newer build of the page. The parts that this build has not loaded yet are then gone. */
import { createStore } from "./store";

export const stale = createStore(false);

const CHECK_TIMEOUT_MS = 5000;

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

/** Load a part of the page. If `load` rejects, check whether a reload would help, then reject alike. */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    await checkStale();
    throw error;
  }
}
