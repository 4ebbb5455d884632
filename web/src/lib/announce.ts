/** The page's announcements: read by screen readers, and shown for a moment if `shown` is set. */
import { createStore } from "./store";

export interface Announcement {
  text: string;
  /** Also visible as a note. Otherwise it is only read aloud, because the page already shows it. */
  shown: boolean;
  id: number;
}

export const announcements = createStore<Announcement>({ text: "", shown: false, id: 0 });

export function announce(text: string, options: { shown?: boolean } = {}): void {
  const { id } = announcements.get();
  announcements.set({ text, shown: options.shown ?? false, id: id + 1 });
}
