/** Names that some tab of this browser holds. They go with their tab, however it ends. */

import { withTimeout } from "../wait.js";

/**
 * Web Locks exist only in a secure context; without them every tab believes that it is alone.
 * Node 20 has no navigator, and a server that renders an app imports this.
 */
const { locks }: Partial<Navigator> = (globalThis as Partial<typeof globalThis>).navigator ?? {};

/** Hold a name; several may hold the same. Returns how to let go. */
export function hold(name: string): () => void {
  const release = new AbortController();
  const released = new Promise<void>((resolve) => {
    release.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  // Rejects only where the page is being torn down, and then nothing is to be held.
  locks?.request(name, { mode: "shared" }, () => released).catch(() => undefined);
  return () => release.abort();
}

/** Without an answer, as where there are no locks. */
const PATIENCE_MS = 1000;

export async function heldNames(): Promise<ReadonlySet<string>> {
  const { held = [] } = (locks && (await withTimeout(locks.query(), PATIENCE_MS, null))) ?? {};
  return new Set(held.flatMap(({ name }) => name ?? []));
}
