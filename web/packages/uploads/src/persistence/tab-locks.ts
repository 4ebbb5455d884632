/** Names that the tabs of this browser hold. A tab's names are released with it, however it ends. */
import { withTimeout } from "../wait.js";

/**
 * Web Locks exist only in a secure context. Without them every tab assumes that it is alone.
 * Node 20 has no navigator, and a server that renders an app imports this.
 */
const { locks }: Partial<Navigator> = (globalThis as Partial<typeof globalThis>).navigator ?? {};

/** How long to wait for the browser's list of names. */
const QUERY_WITHIN_MS = 1000;

/** Hold a name; several tabs may hold the same. Returns how to release it. */
export function lockName(name: string): () => void {
  const release = new AbortController();
  const released = new Promise<void>((resolve) => {
    release.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  // Rejects only while the page is being torn down, when nothing is left to hold.
  locks?.request(name, { mode: "shared" }, () => released).catch(() => undefined);
  return () => release.abort();
}

export async function listLockNames(): Promise<ReadonlySet<string>> {
  const snapshot = locks && (await withTimeout(locks.query(), QUERY_WITHIN_MS, null));
  const names = snapshot?.held?.flatMap(({ name }) => name ?? []);
  return new Set(names);
}
