/** What a key means while something plays. Pure but for where the focus is. */

export type Shortcut = "toggle" | "back" | "forward" | "next" | "previous" | "mute" | "help";

const KEYS: Readonly<Record<string, Shortcut>> = {
  " ": "toggle",
  ArrowLeft: "back",
  ArrowRight: "forward",
  n: "next",
  p: "previous",
  m: "mute",
  "?": "help",
};

/** Where typing goes, and where the arrows have a meaning of their own. */
const TYPED_INTO = "input, textarea, select, dialog, [contenteditable], [role=menu], [role=listbox], video";
/** What the space bar presses. */
const PRESSED = "button, a[href], summary, label, [role=button]";

export function shortcutOf(event: KeyboardEvent, letters: boolean): Shortcut | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return null;
  const { key, target } = event;
  const shortcut = KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null;
  const element = target instanceof Element ? target : null;
  if (shortcut === null || element?.closest(TYPED_INTO)) return null;
  if (key === " ") return element?.closest(PRESSED) ? null : shortcut;
  return letters || key.startsWith("Arrow") ? shortcut : null;
}
