/** The page's own address: React reads it, and changes it without loading anew. The browser keeps the history. */
import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  globalThis.addEventListener("popstate", listener);
  return () => globalThis.removeEventListener("popstate", listener);
}

const read = () => location.pathname + location.search;

/** Path and query, such as `/files/01M7…?mood=sad`. */
export function useAddress(): string {
  return useSyncExternalStore(subscribe, read);
}

/** `replace` leaves no step to go back to. */
export function goTo(address: string, { replace = false } = {}): void {
  if (replace) history.replaceState(history.state, "", address);
  else history.pushState({ within: true }, "", address);
  globalThis.dispatchEvent(new PopStateEvent("popstate"));
}

/**
 * Keep the person here when they go back: `onBack` is told, and given what goes back all the same. Returns how to let go.
 *
 * A step of the history cannot be refused, so the same address is put on top of it again.
 */
export function holdHere(onBack: (leave: () => void) => void): () => void {
  const here = { address: read(), state: history.state as unknown };
  const hold = (event: PopStateEvent) => {
    // What goTo() sends was not the browser's.
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    history.pushState(here.state, "", here.address);
    onBack(() => history.back());
  };
  // Before those who draw what the address says.
  globalThis.addEventListener("popstate", hold, { capture: true });
  return () => globalThis.removeEventListener("popstate", hold, { capture: true });
}

/** Back to where the person came from, or, when this page is the first they saw, to `otherwise`. */
export function goBack(otherwise: string): void {
  const state: unknown = history.state;
  if (state instanceof Object && "within" in state) history.back();
  else goTo(otherwise, { replace: true });
}
