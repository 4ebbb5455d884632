/** The words of the views of accounts, in the chosen language. They load with the views, not with the page. */
import type { ApiError } from "../../lib/api-error";
import { inWords } from "../../lib/problem-words";
import { loadPart } from "../../lib/stale";
import { loadWithLanguage, useLanguage, type Language } from "../../lib/words";
import type { Trouble } from "../../lib/words/en";
import type { AccountWords } from "./words/en";

export type { AccountWords };

const DICTIONARIES: Readonly<Record<Language, () => Promise<{ words: AccountWords }>>> = {
  en: () => import("./words/en"),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
};

const loading = new Map<Language, Promise<AccountWords>>();
const loaded = new Map<Language, AccountWords>();

/** Comes before the first view is drawn. */
export function loadAccountWords(): Promise<void> {
  return loadWithLanguage(load);
}

export function useAccountWords(): AccountWords {
  const words = loaded.get(useLanguage()) ?? [...loaded.values()].at(-1);
  if (!words) throw new Error("loadAccountWords() comes first");
  return words;
}

function load(language: Language): Promise<AccountWords> {
  const known = loading.get(language);
  if (known) return known;
  const asked = loadPart(DICTIONARIES[language]).then(
    ({ words }) => {
      loaded.set(language, words);
      return words;
    },
    (error: unknown) => {
      // The next attempt asks again.
      loading.delete(language);
      throw error;
    },
  );
  loading.set(language, asked);
  return asked;
}

/** What went wrong, in the chosen language. */
export function problemIn(words: AccountWords, problem: ApiError): Trouble {
  return words.problems[problem.code] ?? inWords(problem);
}
