/** Makes elements, without markup in strings: pages with Trusted Types allow none. */

type Child = Node | string;
/** Attributes. False and null leave one out, true sets it empty. */
type Attributes = Readonly<Record<string, string | number | boolean | null>>;

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Leaves equal text alone, so that a screen reader does not read it again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = "http://www.w3.org/2000/svg";
/** The page's own drawings: src/ui/icon.tsx and src/ui/shape.tsx. */
const ICONS = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8 5.5v13M16 5.5v13",
  close: "M6 6l12 12M18 6 6 18",
  retry: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5",
  check: "M5 12.5l4.5 4.5L19 7.5",
} as const;

export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGSVGElement {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  const drawing = document.createElementNS(SVG, "svg");
  setAttributes(drawing, { viewBox: "0 0 24 24", class: name === "play" ? "icon filled" : "icon", "aria-hidden": "true" });
  drawing.append(path);
  return drawing;
}

/** A round button whose icon and name may change while it keeps the focus. */
export function iconButton(part: string, onClick: () => void) {
  const button = make("button", { type: "button", class: "icon-button", part: `icon-button ${part}` });
  button.addEventListener("click", onClick);
  let shown: IconName | null = null;
  return {
    button,
    show(name: IconName, label: string) {
      setAttributes(button, { "aria-label": label, title: label });
      if (shown !== name) button.replaceChildren(icon(name));
      shown = name;
    },
  };
}
