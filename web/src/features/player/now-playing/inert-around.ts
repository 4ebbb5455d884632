/** Makes the page around an element deaf, as a modal dialog would. The element need not be in the top layer. */

/** What speaks for the whole page goes on speaking. */
const VOICES = "[aria-live], [role=status], output";

/** Returns a function that undoes it. */
export function inertAround(element: HTMLElement): () => void {
  const made: Element[] = [];
  for (let within: Element | null = element; within && within !== document.body; within = within.parentElement) {
    for (const beside of within.parentElement?.children ?? []) {
      if (beside === within || beside.matches(VOICES) || beside.hasAttribute("inert")) continue;
      beside.setAttribute("inert", "");
      made.push(beside);
    }
  }
  return () => {
    for (const one of made) one.removeAttribute("inert");
  };
}
