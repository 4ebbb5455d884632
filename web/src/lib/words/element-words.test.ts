import { expect, test } from "vitest";
import { words as kitAr } from "../../../packages/uploads/src/element/words/ar";
import { words as kitDe } from "../../../packages/uploads/src/element/words/de";
import { words as kitEn } from "../../../packages/uploads/src/element/words/en";
import { words as kitEs } from "../../../packages/uploads/src/element/words/es";
import { words as kitFr } from "../../../packages/uploads/src/element/words/fr";
import { textsOf, type Text } from "../../testing/texts";
import { words as ar } from "./ar";
import { words as de } from "./de";
import { words as en } from "./en";
import { words as es } from "./es";
import { words as fr } from "./fr";

/** Counts for each plural form; a name or a code is any text. */
const GIVEN: unknown[][] = [
  ...[0, 1, 2, 3, 11, 1_000_000].map((count) => [count, count, count]),
  ["Low Tide", 2, 3],
  ["Low Tide", "B", "C"],
];

function spoken(text: Text | undefined): string[] {
  if (typeof text !== "function") return [String(text)];
  return GIVEN.map((given) => {
    try {
      return text(...given);
    } catch {
      return "does not apply";
    }
  });
}

test.each(Object.entries({ en: [kitEn, en], de: [kitDe, de], es: [kitEs, es], fr: [kitFr, fr], ar: [kitAr, ar] }))(
  "%s: the element says what the page says; change both",
  (_, [kit, page]) => {
    const pages = new Map(textsOf(page ?? {}));
    const texts = textsOf(kit ?? {});

    expect(texts.length).toBeGreaterThan(80);
    expect(texts.map(([place, text]) => [place, spoken(text)])).toEqual(texts.map(([place]) => [place, spoken(pages.get(place))]));
  },
);
