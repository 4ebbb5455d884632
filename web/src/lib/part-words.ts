/** The words of a part of the page that has its own, in the chosen language. They load with the part, not with the page. */
import { loadPart } from "./stale";
import { chosenLanguage, loadWithLanguage, useLanguage, type Language } from "./words";

export interface PartWords<W> {
  /** Comes before the part is drawn. */
  load: () => Promise<void>;
  useWords: () => W;
  /** The same outside of drawing, for what is announced. */
  words: () => W;
}

export function partWords<W>(dictionaries: Readonly<Record<Language, () => Promise<{ words: W }>>>): PartWords<W> {
  const loading = new Map<Language, Promise<W>>();
  const loaded = new Map<Language, W>();

  const load = (language: Language): Promise<W> => {
    const known = loading.get(language);
    if (known) return known;
    const asked = loadPart(dictionaries[language]).then(
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
  };

  const wordsIn = (chosen: Language): W => {
    const words = loaded.get(chosen) ?? [...loaded.values()].at(-1);
    if (!words) throw new Error("load() comes first");
    return words;
  };

  return {
    load: () => loadWithLanguage(load),
    useWords: () => wordsIn(useLanguage()),
    words: () => wordsIn(chosenLanguage()),
  };
}
