/** The words of the views of accounts. */
import type { ApiError } from "../../lib/api-error";
import { partWords } from "../../lib/part-words";
import { inWords } from "../../lib/problem-words";
import { words as pageWords } from "../../lib/words";
import type { Trouble } from "../../lib/words/en";
import type { AccountWords } from "./words/en";

export type { AccountWords };

export const { load: loadAccountWords, useWords: useAccountWords } = partWords<AccountWords>({
  en: () => import("./words/en"),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
});

/** What a code says, in the chosen language; null if the page has no words for it. */
export function problemOf(words: AccountWords, code: string): Trouble | null {
  return words.problems[code] ?? pageWords.problems.codes[code] ?? null;
}

/** What went wrong, in the chosen language. */
export function problemIn(words: AccountWords, problem: ApiError): Trouble {
  return words.problems[problem.code] ?? inWords(problem);
}
