/**
 * Every word that a person reads, in the chosen language. `words` and `locale` change with it: read them while
 * drawing and never store them. A component that React would not redraw by itself (a memo) calls `useLanguage()`.
 */
import { createStore, useStore } from "./store";
import { readStored, store } from "./stored";
import { loadPart } from "./stale";
import type { Locale } from "./locale";
import { locale as englishLocale, words as englishWords, type Words } from "./words/en";
import { withTimeout } from "./wait";

export type { Words };

/** Each language by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch", es: "Español", fr: "Français", ar: "العربية" } as const;
export type Language = keyof typeof LANGUAGES;

interface Dictionary {
  words: Words;
  locale: Locale;
}

/** English is in the page's first download, as far as that needs it; every other language is a download of its own. */
const DICTIONARIES: Readonly<Record<Language, () => Dictionary | Promise<Dictionary>>> = {
  en: () => ({ words: englishWords, locale: englishLocale }),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
};
const RIGHT_TO_LEFT: ReadonlySet<Language> = new Set(["ar"]);
const REMEMBERED = "moodrop.language";

export let words: Words = englishWords;
export let locale: Locale = englishLocale;

const current = createStore<Language>("en");

export const chosenLanguage = (): Language => current.get();

export function useLanguage(): Language {
  return useStore(current);
}

/** Switch to a language, on this visit and the next. Uploads and playback go on. */
export async function chooseLanguage(language: Language): Promise<void> {
  await speak(language);
  // If the browser stores nothing, the choice lasts until the page is left.
  store(REMEMBERED, language);
}

/** The page starts in English after this long; the language follows once it has loaded. */
const LOAD_TIMEOUT_MS = 3000;

/** Load the language chosen here before, else the browser's, before the first drawing. Other tabs follow a choice. */
export async function startLanguage(): Promise<void> {
  globalThis.addEventListener("storage", ({ key }) => key === REMEMBERED && void speak(preferred()).catch(() => undefined));
  await withTimeout(speak(preferred()), LOAD_TIMEOUT_MS, undefined);
}

/** Loads the words of a part of the page that has its own. */
type PartLoader = (language: Language) => Promise<unknown>;
const parts = new Set<PartLoader>();

/** Load these words now, and with every language that is chosen later, so that all change at once. */
export async function loadWithLanguage(load: PartLoader): Promise<void> {
  parts.add(load);
  await load(current.get());
}

/** The rest of the words comes with the first part that loads later. The other languages come whole. */
const loadRest: PartLoader = async (language) => {
  if (language === "en") await loadPart(() => import("./words/en-later"));
};

export const loadAllWords = (): Promise<void> => loadWithLanguage(loadRest);

let asked = 0;

async function speak(language: Language): Promise<void> {
  const turn = ++asked;
  const dictionary = await loadPart(async () => DICTIONARIES[language]());
  await Promise.all([...parts].map((load) => load(language)));
  if (turn !== asked) return;
  ({ words, locale } = dictionary);
  document.documentElement.lang = language;
  document.documentElement.dir = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
  current.set(language);
}

function preferred(): Language {
  const tags = [readStored(REMEMBERED) ?? "", ...navigator.languages].map((tag) => tag.split("-")[0] ?? "");
  return tags.find(isLanguage) ?? "en";
}

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}
