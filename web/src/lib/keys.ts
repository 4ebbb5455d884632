/** Where typing goes: what a key or a paste means before it may be a shortcut of the page. */

/** An input method (Japanese, Chinese, Korean …) has this key: it chooses or drops a word that is still being composed. */
export function isComposing(event: KeyboardEvent): boolean {
  // Safari ends the composition before its last key, which then tells itself only by this number.
  // oxlint-disable-next-line typescript/no-deprecated
  return event.isComposing || event.keyCode === 229;
}

/** A plain Escape that nobody has used yet. */
export function isEscape(event: KeyboardEvent): boolean {
  return event.key === "Escape" && !event.defaultPrevented && !isComposing(event);
}

const WITHOUT_TEXT = ["checkbox", "radio", "range", "color", "file", "button", "submit", "reset", "image"];
const TYPED_INTO = [
  `input${WITHOUT_TEXT.map((type) => `:not([type=${type}])`).join("")}`,
  "textarea",
  "select",
  "[contenteditable]:not([contenteditable=false])",
  "[role=textbox]",
].join();

/** Keys and pastes belong to this field. */
export function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPED_INTO) !== null;
}
