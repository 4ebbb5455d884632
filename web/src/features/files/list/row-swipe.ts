/** Swipes of a finger along a row: towards the end of the line it joins the queue, towards the beginning it is deleted. */
import { indexOf } from "./list-gestures";

export type Side = "queue" | "remove";

export interface Swipes {
  /** Which sides the row has. */
  sidesOf: (index: number) => Readonly<Record<Side, boolean>>;
  onSwipe: (index: number, side: Side) => void;
}

/** Before this, a finger has not yet chosen between swiping and scrolling. */
const BEGIN_PX = 12;
/** From here on, letting go acts. */
export const ACT_PX = 88;
/** How much of the way a row follows beyond that, and towards a side that it does not have. */
const BEYOND = 0.4;
const WITHOUT_SIDE = 0.12;
const SETTLE_MS = 180;

/** What a finger's way along the line means: which side, how far the row follows, and whether letting go acts. */
export interface Swipe {
  side: Side;
  shift: number;
  ready: boolean;
}

/** Null if it goes across rather than along the line. */
export function swipeOf(dx: number, dy: number, sides: Readonly<Record<Side, boolean>>, rtl: boolean): Swipe | null {
  if (Math.abs(dy) > Math.max(Math.abs(dx), BEGIN_PX)) return null;
  const side = dx > 0 === rtl ? "remove" : "queue";
  const way = Math.abs(dx);
  const followed = sides[side] ? Math.min(way, ACT_PX) + Math.max(0, way - ACT_PX) * BEYOND : way * WITHOUT_SIDE;
  return { side, shift: Math.sign(dx) * followed, ready: sides[side] && way >= ACT_PX };
}

export function listenToSwipes(list: HTMLElement, strip: HTMLElement, swipes: Swipes, signal: AbortSignal): void {
  list.addEventListener("pointerdown", (event) => watch(event, strip, swipes), { signal });
}

function watch(start: PointerEvent, strip: HTMLElement, { sidesOf, onSwipe }: Swipes): void {
  const index = indexOf(start.target);
  const row = start.target instanceof Element ? start.target.closest<HTMLElement>(".file-row") : null;
  if (start.pointerType !== "touch" || !start.isPrimary || index === null || !row) return;
  const sides = sidesOf(index);
  const rtl = getComputedStyle(row).direction === "rtl";
  const stop = new AbortController();
  const { signal } = stop;
  let swipe: Swipe | null = null;

  const move = (event: PointerEvent) => {
    if (event.pointerId !== start.pointerId) return;
    const [dx, dy] = [event.clientX - start.clientX, event.clientY - start.clientY];
    if (!swipe && Math.hypot(dx, dy) < BEGIN_PX) return;
    const next = swipeOf(dx, dy, sides, rtl);
    if (!next) return end(null);
    if (!swipe) begin(row, strip);
    swipe = next;
    show(row, strip, next);
  };
  const end = (done: Swipe | null) => {
    stop.abort();
    if (swipe) void settle(row, strip, swipe, done?.ready ? () => onSwipe(index, done.side) : null);
  };
  const isSame = (event: PointerEvent) => event.pointerId === start.pointerId;
  document.addEventListener("pointermove", move, { signal });
  document.addEventListener("pointerup", (event) => isSame(event) && end(swipe), { signal });
  document.addEventListener("pointercancel", (event) => isSame(event) && end(null), { signal });
}

/** The strip lies under the row, which moves away from over it. */
function begin(row: HTMLElement, strip: HTMLElement): void {
  const { left, top, width, height } = row.getBoundingClientRect();
  Object.assign(strip.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  strip.hidden = false;
  row.dataset["swiping"] = "";
}

function show(row: HTMLElement, strip: HTMLElement, { side, shift, ready }: Swipe): void {
  row.style.translate = `${shift}px`;
  strip.dataset["side"] = side;
  strip.toggleAttribute("data-ready", ready);
}

/** A row that is deleted goes on out of the page; any other comes back to its place. */
async function settle(row: HTMLElement, strip: HTMLElement, { side, shift }: Swipe, act: (() => void) | null): Promise<void> {
  const leaves = act !== null && side === "remove";
  const to = leaves ? Math.sign(shift) * row.offsetWidth : 0;
  const still = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (act && !leaves) act();
  if (!still) {
    const moved = row.animate([{ translate: `${shift}px` }, { translate: `${to}px` }], { duration: SETTLE_MS, easing: "ease-out", fill: "forwards" });
    await moved.finished;
    moved.cancel();
  }
  if (act && leaves) act();
  row.style.translate = "";
  delete row.dataset["swiping"];
  strip.hidden = true;
}
