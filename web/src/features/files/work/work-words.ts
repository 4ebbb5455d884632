/** The words for what failed on a file. */
import { partWords } from "../../../lib/part-words";
import type { WorkWords } from "./words/en";

export type { WorkWords };

export const { load: loadWorkWords, useWords: useWorkWords } = partWords<WorkWords>({
  en: () => import("./words/en"),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
});
