import { useEffect } from "react";
import { words } from "./words";

/** While this is drawn, the tab has this title, as on a page of its own. */
export function useTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · ${words.app.name}`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
