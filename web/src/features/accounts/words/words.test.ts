import { describe, expect, test } from "vitest";
import { textsOf, type Text } from "../../../testing/texts";
import { words as ar } from "./ar";
import { words as de } from "./de";
import { words as en, type AccountWords } from "./en";
import { words as es } from "./es";
import { words as fr } from "./fr";

const OTHERS: Readonly<Record<string, AccountWords>> = { de, es, fr, ar };
const COUNTS = [0, 1, 2, 3, 11, 100];
const BROKEN = /[{}#]|undefined|null|NaN|\[object| {2}|^\s*$/;

/** What it says for each count, as a number and as a name. */
function spoken(text: Text): string[] {
  return typeof text === "string" ? [text] : COUNTS.map((count) => text(count, count));
}

test.each(Object.entries({ en, ...OTHERS }))("%s has no gap in any sentence, for any count", (_, dictionary) => {
  const sentences = textsOf(dictionary).flatMap(([place, text]) => spoken(text).map((one) => [place, one] as const));

  expect(sentences.filter(([place, one]) => !place.endsWith(".hint") && BROKEN.test(one))).toEqual([]);
});

/** The same word in both tongues. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  de: ["fields.name", "link.code", "link.name", "passkeys.title"],
  es: ["account.script"],
  fr: ["account.script"],
  ar: [],
};

describe.each(Object.entries(OTHERS))("%s beside English", (language, dictionary) => {
  const english = new Map(textsOf(en));

  test("nothing was left in English", () => {
    const same = textsOf(dictionary).filter(([place, text]) => {
      const original = english.get(place);
      return original !== undefined && spoken(text).at(-1) === spoken(original).at(-1);
    });

    expect(same.map(([place]) => place)).toEqual(SHARED[language]);
  });

  test("it knows the same scopes", () => {
    expect(Object.keys(dictionary.scopes)).toEqual(Object.keys(en.scopes));
  });
});

test("Arabic is written in Arabic throughout", () => {
  const foreign = textsOf(ar).filter(([, text]) => !spoken(text).every((one) => /\p{Script=Arabic}/u.test(one)));

  expect(foreign).toEqual([]);
});
