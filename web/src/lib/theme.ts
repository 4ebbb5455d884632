/** Light or dark: as the device has it, or as chosen here. Stored in this browser; other tabs follow. */
import { createStore, useStore } from "./store";
import { useMediaQuery } from "./use-browser";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "moodrop.theme";

const chosen = createStore<Theme>("system");

export function useTheme(): Theme {
  return useStore(chosen);
}

/** Whether the page is dark now: as chosen, else as the device is. */
export function useIsDark(): boolean {
  const theme = useTheme();
  const isDeviceDark = useMediaQuery("(prefers-color-scheme: dark)");
  return theme === "system" ? isDeviceDark : theme === "dark";
}

/** If the browser stores nothing, the choice lasts until the page is left. */
export function chooseTheme(theme: Theme): void {
  show(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage is full or forbidden.
  }
}

/** Before the first drawing, so that nothing flashes. */
export function startTheme(): void {
  show(recall());
  globalThis.addEventListener("storage", ({ key }) => key === KEY && show(recall()));
}

function recall(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? "system";
  } catch {
    return "system";
  }
}

/** Every colour is a `light-dark()`, so the root's scheme is all there is to set. The browser's own bars follow. */
function show(theme: Theme): void {
  document.documentElement.style.colorScheme = theme === "system" ? "" : theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    const own = (meta.dataset["media"] ??= meta.getAttribute("media") ?? "");
    meta.setAttribute("media", theme === "system" ? own : own.includes(theme) ? "all" : "not all");
  }
  // Last: who draws with the page's colours reads them now.
  chosen.set(theme);
}
