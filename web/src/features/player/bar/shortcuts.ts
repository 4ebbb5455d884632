/** What a key means while something plays. Pure, except that it reads where the focus is. */
import { isComposing, isTypedInto } from "../../../lib/keys";

export type Shortcut = "toggle" | "back" | "forward" | "next" | "previous" | "mute" | "full" | "help";

const KEYS: Readonly<Record<string, Shortcut>> = {
  " ": "toggle",
  ArrowLeft: "back",
  ArrowRight: "forward",
  n: "next",
  p: "previous",
  m: "mute",
  f: "full",
  "?": "help",
};

/** Elements in which keys have a meaning of their own. */
const OF_ITS_OWN = "input, dialog, [role=menu], [role=listbox], video";
/** Elements that the space bar presses. */
const PRESSED = "button, a[href], summary, label, [role=button]";

export function shortcutOf(event: KeyboardEvent, letters: boolean): Shortcut | null {
  if (event.ctrlKey || event.metaKey || event.altKey || isComposing(event) || event.defaultPrevented) return null;
  const { key, target } = event;
  const shortcut = KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null;
  const element = target instanceof Element ? target : null;
  if (shortcut === null || isTypedInto(target) || element?.closest(OF_ITS_OWN)) return null;
  if (key === " ") return element?.closest(PRESSED) ? null : shortcut;
  return letters || key.startsWith("Arrow") ? shortcut : null;
}
