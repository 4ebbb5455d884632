/** The words of the settings and of the commands, loaded with the first of them. */
import { partWords } from "../../lib/part-words";
import type { SettingsWords } from "./words/en";

export const { load: loadSettingsWords, useWords: useSettingsWords, words: settingsWords } = partWords<SettingsWords>({
  en: () => import("./words/en"),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
});
