/** The page's one polite voice: what a screen reader hears, and, when shown, what all see for a moment. */
import { createStore } from "./store";

export interface Announcement {
  text: string;
  /** Visible as a note; else only heard, because the page already shows it. */
  shown: boolean;
  id: number;
}

export const announcements = createStore<Announcement>({ text: "", shown: false, id: 0 });

export function announce(text: string, options: { shown?: boolean } = {}): void {
  const { id } = announcements.get();
  announcements.set({ text, shown: options.shown ?? false, id: id + 1 });
}
