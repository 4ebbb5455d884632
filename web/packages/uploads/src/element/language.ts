/** The words of the element, in one of five languages. English comes with it; every other language is a chunk of its own. */
import type { Locale } from "./locale.js";
import { locale as englishLocale, words as englishWords, type Words } from "./words/en.js";

export interface Dictionary {
  words: Words;
  locale: Locale;
  language: string;
  dir: "ltr" | "rtl";
}

export const ENGLISH: Dictionary = { words: englishWords, locale: englishLocale, language: "en", dir: "ltr" };

type Loaded = Pick<Dictionary, "words" | "locale">;

const LOADERS: Readonly<Record<string, () => Promise<Loaded>>> = {
  de: () => import("./words/de.js"),
  es: () => import("./words/es.js"),
  fr: () => import("./words/fr.js"),
  ar: () => import("./words/ar.js"),
};
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(["ar"]);

/** Return the first of these tags that there are words for. */
export function languageOf(tags: readonly string[]): string {
  const languages = tags.map((tag) => tag.split("-")[0]?.toLowerCase() ?? "");
  return languages.find((language) => language === "en" || Object.hasOwn(LOADERS, language)) ?? "en";
}

/** English if the language does not load. */
export async function loadDictionary(language: string): Promise<Dictionary> {
  const load = LOADERS[language];
  if (!load) return ENGLISH;
  return load().then(
    ({ words, locale }) => ({ words, locale, language, dir: RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr" }),
    () => ENGLISH,
  );
}
