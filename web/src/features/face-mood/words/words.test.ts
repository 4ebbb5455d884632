import { expect, test } from "vitest";
import { placesLeftIn, sayingsOf } from "../../../testing/texts";
import { words as ar } from "./ar";
import { words as de } from "./de";
import { words as en } from "./en";
import { words as es } from "./es";
import { words as fr } from "./fr";

test.each(Object.entries({ de, es, fr, ar }))("%s leaves nothing in English", (_, dictionary) => {
  expect(placesLeftIn(en, dictionary, 1, 2)).toEqual([]);
});

test("Arabic is written in Arabic throughout", () => {
  expect(sayingsOf(ar, 1, 2).filter(([, saying]) => !/\p{Script=Arabic}/u.test(saying))).toEqual([]);
});
