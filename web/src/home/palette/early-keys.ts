/** Collects what is typed while the palette loads: it belongs in its field, and not to the page's shortcuts. */
let typed = "";

function collect(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Backspace") typed = typed.slice(0, -1);
  else if (event.key.length === 1) typed += event.key;
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

export function collectKeys(): void {
  typed = "";
  window.addEventListener("keydown", collect, true);
}

export const collectedKeys = (): string => typed;

export function releaseKeys(): void {
  window.removeEventListener("keydown", collect, true);
}
