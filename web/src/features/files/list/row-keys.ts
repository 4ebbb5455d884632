/** Up, Down, Home and End move the focus from row to row. */
import { indexOf } from "./list-gestures";
import { nextTile } from "./tile-keys";

export interface RowKeys {
  /** How many rows the list has. */
  count: () => number;
  /** Called before the focus goes to this row: it must be in the page when this returns. */
  draw: (index: number) => void;
}

const KEYS: ReadonlySet<string> = new Set(["ArrowUp", "ArrowDown", "Home", "End"]);
/** Controls that every row has; from any other, the focus goes to the key that plays. */
const ALIKE = [".file-pick input", ".file-title a", ".file-actions [aria-haspopup]"];
const PLAY = ".file-play";

export function listenToRowKeys(list: HTMLElement, { count, draw }: RowKeys, signal: AbortSignal): void {
  const move = (event: KeyboardEvent) => {
    const { key, target } = event;
    const from = indexOf(target);
    if (from === null || !KEYS.has(key) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const to = nextTile(key, from, { columns: 1, count: count(), rtl: false });
    if (to === null) return;
    // It would scroll the page.
    event.preventDefault();
    draw(to);
    const row = list.querySelector<HTMLElement>(`[aria-posinset="${to + 1}"]`);
    if (row) likeIn(row, target)?.focus();
  };
  list.addEventListener("keydown", move, { signal });
}

/** What in this row is like `target` in its own: the row itself, the same control, or the key that plays. */
function likeIn(row: HTMLElement, target: EventTarget | null): HTMLElement | null {
  if (!(target instanceof Element) || target.matches(".file-row")) return row;
  const selector = ALIKE.find((one) => target.matches(one)) ?? PLAY;
  return row.querySelector<HTMLElement>(selector) ?? row.querySelector<HTMLElement>(PLAY);
}
