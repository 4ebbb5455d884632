import { expect, test } from "vitest";
import { placesLeftIn, placesOf, sayingsOf } from "../../testing/texts";
import type { PlayerWords } from "./player-words";
import { words as ar } from "./words/ar";
import { words as de } from "./words/de";
import { words as en } from "./words/en";
import { words as es } from "./words/es";
import { words as fr } from "./words/fr";

const OTHERS: Readonly<Record<string, PlayerWords>> = { de, es, fr, ar };
/** The same word in both tongues. */
const SHARED: Readonly<Record<string, readonly string[]>> = { de: ["label"], fr: ["pause", "seek", "volume"] };

test.each(Object.entries(OTHERS))("%s says all that English says, in its own words", (language, dictionary) => {
  expect(placesOf(dictionary)).toEqual(placesOf(en));
  expect(placesLeftIn(en, dictionary, "720", 2)).toEqual(SHARED[language] ?? []);
});

test("Arabic is written in Arabic throughout", () => {
  expect(sayingsOf(ar, "720", 2).filter(([, saying]) => !/^[^A-Za-z]+$/u.test(saying))).toEqual([]);
});
