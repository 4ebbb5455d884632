/** What uploads under way ask of the page around them. */
import { useEffect } from "react";

const SETTLE_MS = 4000;

/** When all is done and nothing failed, the tray has said what it had to say. */
export function useClearWhenDone(removeDone: () => void, finished: boolean): void {
  useEffect(() => {
    if (!finished) return undefined;
    const timer = setTimeout(removeDone, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [removeDone, finished]);
}
