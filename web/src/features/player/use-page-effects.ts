/** What playing does outside of the bar: the tab's title, and the space bar. */
import { useEffect, useEffectEvent } from "react";
import type { PlayerState } from "./player-state";

/** The song's name in the tab, while it sounds. */
export function useTabTitle(state: PlayerState | null): void {
  const title = state?.status === "playing" ? (state.file.title ?? state.file.filename) : null;

  useEffect(() => {
    if (title === null) return undefined;
    const before = document.title;
    document.title = `${title} · ${before}`;
    return () => {
      document.title = before;
    };
  }, [title]);
}

/** Space plays and pauses, wherever no control with a meaning of its own for it has the focus. */
export function useSpaceBar(active: boolean, toggle: () => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== " " || event.target !== document.body) return;
    event.preventDefault();
    toggle();
  });

  useEffect(() => {
    if (!active) return undefined;
    const listen = (event: KeyboardEvent) => press(event);
    globalThis.addEventListener("keydown", listen);
    return () => globalThis.removeEventListener("keydown", listen);
  }, [active]);
}
