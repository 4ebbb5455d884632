/** After a reload the list stands where it stood: it loads as far as that, and scrolls there, unless the person was faster. */
import { useEffect, useEffectEvent, useRef } from "react";
import { readStored, store } from "../../../lib/stored";
import type { LibraryView } from "./use-library";

const KEY = "moodrop.place";
/** Whatever a person does first ends it. */
const HANDS = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

export function useLastPlace({ listPage: { status, next_cursor }, showMore }: LibraryView): void {
  const goal = useRef(0);

  useEffect(() => {
    goal.current = readGoal();
    const stop = () => (goal.current = 0);
    const save = () => store(KEY, `${scrollY} ${location.pathname}${location.search}`, "session");
    for (const hand of HANDS) globalThis.addEventListener(hand, stop, { passive: true });
    globalThis.addEventListener("pagehide", save);
    return () => {
      for (const hand of HANDS) globalThis.removeEventListener(hand, stop);
      globalThis.removeEventListener("pagehide", save);
    };
  }, []);

  const goNearer = useEffectEvent(() => {
    if (goal.current === 0) return;
    if (next_cursor !== null && document.documentElement.scrollHeight < goal.current + innerHeight) return showMore();
    scrollTo(0, goal.current);
    goal.current = 0;
  });
  useEffect(() => {
    if (status === "ready") goNearer();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each page of files brings it nearer
  }, [status, next_cursor]);
}

/** Pixels from the top; 0 unless this address was reloaded, or come back to. */
function readGoal(): number {
  const [navigation] = performance.getEntriesByType("navigation");
  const isReturn = navigation !== undefined && "type" in navigation && navigation.type !== "navigate";
  const [y = "0", address = ""] = isReturn ? (readStored(KEY, "session") ?? "").split(" ", 2) : [];
  return address === location.pathname + location.search ? Number(y) || 0 : 0;
}
