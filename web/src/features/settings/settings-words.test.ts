import { expect, test } from "vitest";
import { placesLeftIn, placesOf, sayingsOf } from "../../testing/texts";
import { words as ar } from "./words/ar";
import { words as de } from "./words/de";
import { words as en, type SettingsWords } from "./words/en";
import { words as es } from "./words/es";
import { words as fr } from "./words/fr";

const OTHERS: Readonly<Record<string, SettingsWords>> = { de, es, fr, ar };

test.each(Object.entries(OTHERS))("%s says all that English says, in its own words", (_, dictionary) => {
  expect(placesOf(dictionary)).toEqual(placesOf(en));
  expect(placesLeftIn(en, dictionary, 2)).toEqual([]);
});

test("Arabic is written in Arabic throughout", () => {
  expect(sayingsOf(ar, 2).filter(([, saying]) => !/^[^A-Za-z]+$/u.test(saying))).toEqual([]);
});
