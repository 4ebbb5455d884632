/** Effects of playing outside the bar: the tab's title, and the shortcuts. */
import { useEffect, useEffectEvent, useRef, type RefObject } from "react";
import { hasLetterKeys } from "../../../lib/letter-keys";
import { titleOf } from "../../../lib/title-of";
import type { PlayerState } from "../player-state";
import { shortcutOf, type Shortcut } from "./shortcuts";

/** Show the file's title in the tab while it plays. */
export function useTabTitle(state: PlayerState | null): void {
  const title = state?.status === "playing" ? titleOf(state.file) : null;

  useEffect(() => {
    if (title === null) return undefined;
    const before = document.title;
    document.title = `${title} · ${before}`;
    return () => {
      document.title = before;
    };
  }, [title]);
}

/** Listen for keys wherever the focus is, except where they mean something else. */
export function useShortcuts(run: (shortcut: Shortcut) => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const shortcut = shortcutOf(event, hasLetterKeys());
    if (shortcut === null) return;
    event.preventDefault();
    run(shortcut);
  });

  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    globalThis.addEventListener("keydown", listen);
    return () => globalThis.removeEventListener("keydown", listen);
  }, []);
}

/** Return the focus to the cover in the bar once the full view is closed. */
export function useFocusBack(place: RefObject<HTMLElement | null>, isFull: boolean): void {
  const wasFull = useRef(false);
  useEffect(() => {
    if (wasFull.current && !isFull) place.current?.querySelector<HTMLElement>(".player-open")?.focus();
    wasFull.current = isFull;
  }, [place, isFull]);
}
