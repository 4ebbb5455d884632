/** The words of a listening history. */
import { partWords } from "../../lib/part-words";
import type { ListeningWords } from "./words/en";

export const { load: loadListeningWords, useWords: useListeningWords } = partWords<ListeningWords>({
  en: () => import("./words/en"),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
});
