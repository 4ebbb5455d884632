/** The words of radios and recommendations. */
import { partWords } from "../../lib/part-words";
import type { RadioWords } from "./words/en";

export type { RadioWords };

export const {
  load: loadRadioWords,
  useWords: useRadioWords,
  words: radioWords,
} = partWords<RadioWords>({
  en: () => import("./words/en"),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
});
