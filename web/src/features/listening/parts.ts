/** The parts of a listening history that the page draws, each loaded when it is. */
import { lazyPart } from "../../ui/lazy-part";
import type { HistoryViewProps } from "./history-view";

export const HistoryView = lazyPart<HistoryViewProps>(() => withWords(import("./history-view")));
export const TopHistory = lazyPart<object>(() => withWords(import("./top-history")), { quiet: true });

async function withWords<T>(part: Promise<T>): Promise<T> {
  const [loaded, { loadListeningWords }] = await Promise.all([part, import("./listening-words")]);
  await loadListeningWords();
  return loaded;
}
