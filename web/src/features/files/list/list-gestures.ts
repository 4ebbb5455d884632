/** Gestures on the list as a whole: right click and long press; and focus changes are reported. */
import { isTypedInto } from "../../../lib/keys";

export interface ListGestures {
  /** Called with the row's index, from 0, and the point, for a right click, the menu key or a long press. */
  onMenu: (index: number, x: number, y: number) => void;
  /** Called with the index of the row that has the focus; null once none has. */
  onFocus: (index: number | null) => void;
}

const LONG_PRESS_MS = 500;
/** A finger at rest moves up to this far. */
const STILL_PX = 10;
/** A screen reader clicks without pressing first: so late, it is such a click. */
const LATEST_CLICK_MS = 1000;

export function listenToGestures(list: HTMLElement, on: ListGestures, signal: AbortSignal): void {
  let press = new AbortController();
  /** A long press may bring it too, before our own timer or after. With Shift the browser's own menu opens. */
  const contextmenu = (event: MouseEvent) => {
    const index = indexOf(event.target);
    if (index === null || event.shiftKey || isTypedInto(event.target)) return;
    event.preventDefault();
    press.abort();
    on.onMenu(index, event.clientX, event.clientY);
  };
  list.addEventListener("contextmenu", contextmenu, { signal });
  list.addEventListener("focusin", (event) => on.onFocus(indexOf(event.target)), { signal });
  list.addEventListener("focusout", (event) => on.onFocus(indexOf(event.relatedTarget)), { signal });
  list.addEventListener("pointerdown", (event) => (press = watchPress(event, on.onMenu)), { signal });
}

/** Return the index of the row that contains the target, from 0. */
export function indexOf(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest(".file-row") : null;
  return row ? Number(row.getAttribute("aria-posinset")) - 1 : null;
}

/** Return what stops the watch. */
function watchPress(press: PointerEvent, onLongPress: ListGestures["onMenu"]): AbortController {
  const index = indexOf(press.target);
  const stop = new AbortController();
  if (press.pointerType === "mouse" || index === null) return stop;
  const { signal } = stop;
  const timer = setTimeout(() => {
    stop.abort();
    swallowNextClick();
    onLongPress(index, press.clientX, press.clientY);
  }, LONG_PRESS_MS);
  signal.addEventListener("abort", () => clearTimeout(timer));
  const moved = (event: PointerEvent) => {
    if (Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) > STILL_PX) stop.abort();
  };
  document.addEventListener("pointermove", moved, { signal });
  for (const end of ["pointerup", "pointercancel"] as const) {
    document.addEventListener(end, () => stop.abort(), { signal });
  }
  return stop;
}

/** Without this, lifting the finger would press what is under it: at once, on a busy phone later, or not at all. */
function swallowNextClick(): void {
  const stop = new AbortController();
  const { signal } = stop;
  for (const type of ["click", "contextmenu"]) {
    document.addEventListener(type, swallow, { capture: true, once: true, signal });
  }
  // What is pressed next is meant.
  for (const type of ["pointerdown", "keydown"]) {
    document.addEventListener(type, () => stop.abort(), { capture: true, signal });
  }
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => stop.abort(), LATEST_CLICK_MS), { signal });
  }
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
