/** The words that only the player needs, loaded with its bar. */
import { partWords } from "../../lib/part-words";
import type { PlayerWords } from "./words/en";

export type { PlayerWords };

export const { load: loadPlayerWords, useWords: usePlayerWords } = partWords<PlayerWords>({
  en: () => import("./words/en"),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
});
