/** The page's address: React reads it and changes it without a reload. The browser keeps the history. */
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
 * Hold the person on this page when they go back: calls `onBack` with a function that goes back anyway. Returns a
 * function that ends the hold.
 *
 * A step back cannot be refused, so the same address is pushed again.
 */
export function holdHere(onBack: (leave: () => void) => void): () => void {
  const here = { address: read(), state: history.state as unknown };
  const hold = (event: PopStateEvent) => {
    // goTo() sends this event itself: the browser did not go back.
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    history.pushState(here.state, "", here.address);
    onBack(() => history.back());
  };
  // Runs before the listeners that draw the address.
  globalThis.addEventListener("popstate", hold, { capture: true });
  return () => globalThis.removeEventListener("popstate", hold, { capture: true });
}

/** Go back to where the person came from, or to `otherwise` if this page is the first they opened. */
export function goBack(otherwise: string): void {
  const state: unknown = history.state;
  if (state instanceof Object && "within" in state) history.back();
  else goTo(otherwise, { replace: true });
}
