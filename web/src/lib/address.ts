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

/** Back to where the person came from, or, when this page is the first they saw, to `otherwise`. */
export function goBack(otherwise: string): void {
  const state: unknown = history.state;
  if (state instanceof Object && "within" in state) history.back();
  else goTo(otherwise, { replace: true });
}
