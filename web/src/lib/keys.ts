/** Who a key or a paste belongs to: a field, an input method, or the page. */

/** True if an input method (Japanese, Chinese, Korean …) uses this key to choose or drop a word being composed. */
export function isComposing(event: KeyboardEvent): boolean {
  // Safari ends the composition before its last key; only this number tells it.
  // oxlint-disable-next-line typescript/no-deprecated
  return event.isComposing || event.keyCode === 229;
}

/** True for a plain Escape that nothing has handled yet. */
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

/** True if keys and pastes belong to this field. */
export function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPED_INTO) !== null;
}
