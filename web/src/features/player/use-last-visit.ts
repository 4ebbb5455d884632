/** Stores what plays for the next visit, as long as the player is open. Closing it, or signing out, forgets it. */
import { useEffect, useEffectEvent } from "react";
import { forgetVisit, saveQueue, saveSecond } from "./last-visit";
import type { PlayerState } from "./player-state";

/** A browser that crashes loses no more than this. */
const EVERY_S = 5;

export function useLastVisit(owner: string, state: PlayerState): void {
  const { queue, position, status } = state;
  const step = Math.floor(position / EVERY_S);
  const saveNow = useEffectEvent(() => saveSecond(state));

  useEffect(() => saveQueue(owner, queue), [owner, queue]);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each step and each pause saves
  useEffect(() => saveNow(), [queue, step, status]);

  useEffect(() => {
    const listen = () => saveNow();
    globalThis.addEventListener("pagehide", listen);
    return () => {
      globalThis.removeEventListener("pagehide", listen);
      forgetVisit();
    };
  }, []);
}
