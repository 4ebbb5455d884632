/** What uploads under way ask of the page around them. */
import { useEffect } from "react";

/** Ask before the page is left while songs are on their way. */
export function useLeaveWarning(active: boolean): void {
  useEffect(() => {
    if (!active) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    globalThis.addEventListener("beforeunload", ask);
    return () => globalThis.removeEventListener("beforeunload", ask);
  }, [active]);
}

const SETTLE_MS = 4000;

/** When all is done and nothing failed, the tray has said what it had to say. */
export function useClearWhenDone(removeDone: () => void, finished: boolean): void {
  useEffect(() => {
    if (!finished) return undefined;
    const timer = setTimeout(removeDone, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [removeDone, finished]);
}
