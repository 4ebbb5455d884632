/** One cover of the grid is in the Tab order: the last that had the focus. The arrow keys, Home and End move it. */
import { useState, type FocusEvent, type KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import { nextTile } from "./tile-keys";

export interface TileFocus {
  /** The index of that cover. */
  current: number;
  onFocus: (event: FocusEvent<HTMLElement>) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** A cover that is not drawn must be, once it is the current one. */
export function useTileFocus(columns: number, count: number): TileFocus {
  const [focused, setFocused] = useState(0);
  const current = Math.max(0, Math.min(focused, count - 1));
  return {
    current,
    onFocus: ({ target }) => setFocused(positionOf(target) ?? current),
    onKeyDown(event) {
      const { key, target, currentTarget } = event;
      const from = target instanceof Element ? positionOf(target) : null;
      if (from === null || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const to = nextTile(key, from, { columns, count, rtl: getComputedStyle(currentTarget).direction === "rtl" });
      if (to === null) return;
      // It would scroll the page, or skip in the song.
      event.preventDefault();
      flushSync(() => setFocused(to));
      currentTarget.querySelector<HTMLElement>(`[aria-posinset="${to + 1}"] .cover-tile-play`)?.focus();
    },
  };
}

function positionOf(target: Element): number | null {
  const position = target.closest(".cover-tile")?.getAttribute("aria-posinset");
  return position ? Number(position) - 1 : null;
}
