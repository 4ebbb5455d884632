/** Tells the style sheet the height of the dock, so that the focused element is scrolled clear of it. */
export function measureDock(dock: HTMLElement | null): (() => void) | undefined {
  if (!dock) return undefined;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => style.setProperty("--dock", `${dock.offsetHeight}px`));
  observer.observe(dock);
  return () => observer.disconnect();
}
