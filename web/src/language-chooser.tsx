/** Choose the page's language, each listed under its own name. */
import type { ChangeEvent } from "react";
import { announce } from "./lib/announce";
import { chooseLanguage, isLanguage, LANGUAGES, useLanguage, words } from "./lib/words";

function choose({ target: { value } }: ChangeEvent<HTMLSelectElement>) {
  if (!isLanguage(value)) return;
  chooseLanguage(value).catch(() => announce(words.app.languageFailed, { shown: true }));
}

export function LanguageChooser() {
  const language = useLanguage();
  return (
    <select className="language" aria-label={words.app.language} value={language} onChange={choose}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
