import { describe, expect, test } from "vitest";
import { textsOf, type Text } from "../../testing/texts";
import { words as ar } from "./ar";
import { words as de } from "./de";
import { words as en, type Words } from "./en";
import { words as es } from "./es";
import { words as fr } from "./fr";

const OTHERS: Readonly<Record<string, Words>> = { de, es, fr, ar };
const COUNTS = [0, 1, 2, 3, 11, 100, 1_000_000];
const A_NAME = "Low Tide";

const ENGLISH = new Map(textsOf(en));

/** A parameter's kind is told by its name in the English function. */
function argumentFor(parameter: string, count: number): unknown {
  if (/^(count|failed|size|sent|stored|most|total|percent|status)$/.test(parameter)) return count;
  return parameter === "items" ? [A_NAME, A_NAME] : A_NAME;
}

function parametersOf(text: Text | undefined): string[] {
  const [, list = ""] = /^\(?([^)=]*)/.exec(String(text)) ?? [];
  return list.split(",").map((name) => name.trim());
}

/** What it says for each count; the same each time where it counts nothing. */
function spoken(place: string, text: Text): string[] {
  if (typeof text === "string") return [text];
  const parameters = parametersOf(ENGLISH.get(place));
  return COUNTS.map((count) => text(...parameters.map((parameter) => argumentFor(parameter, count))));
}

const BROKEN = /[{}#]|undefined|null|NaN|\[object| {2}|^\s*$/;

test.each(Object.entries({ en, ...OTHERS }))("%s has no gap in any sentence, for any count", (_, dictionary) => {
  const sentences = textsOf(dictionary).flatMap(([place, text]) => spoken(place, text).map((one) => `${place}: ${one}`));

  expect(sentences.filter((one) => !one.includes(".hint: ") && BROKEN.test(one.slice(one.indexOf(": ") + 2)))).toEqual([]);
});

const namedIn = ({ moods, add, store }: Words) => [moods.names, add.kinds, store.codes].map((one) => Object.keys(one));

/** The same word in both tongues. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  de: [
    "moods.names.neutral",
    "add.albumUnknown",
    "add.kinds.application/pdf",
    "uploads.label",
    "search.kinds.audio",
    "search.kinds.video",
    "search.kinds.page",
    "search.sorts.album",
    "search.columns.album",
    "search.views.songs",
    "edit.album",
  ],
  es: ["add.kinds.audio/*", "add.kinds.application/pdf"],
  fr: [
    "add.kinds.audio/*",
    "add.kinds.image/*",
    "add.kinds.application/pdf",
    "search.kinds.picture",
    "search.sorts.album",
    "search.columns.album",
    "search.views.albums",
    "edit.album",
    "edit.tags",
    "page.facts.type",
  ],
  ar: ["add.kinds.application/pdf"],
};

describe.each(Object.entries(OTHERS))("%s beside English", (language, dictionary) => {
  test("nothing was left in English", () => {
    const same = textsOf(dictionary)
      .filter(([place, text]) => {
        const original = ENGLISH.get(place);
        return original !== undefined && spoken(place, text).at(-1) === spoken(place, original).at(-1);
      })
      .map(([place, text]) => [place, spoken(place, text).at(-1)] as const)
      .filter(([, sentence]) => sentence !== "" && sentence !== "Moodrop")
      .map(([place]) => place);

    expect(same).toEqual(SHARED[language] ?? []);
  });

  test("it knows the same moods, kinds of file and reasons of the store", () => {
    expect(namedIn(dictionary)).toEqual(namedIn(en));
  });

  test("it knows the same refusals of the service as German does", () => {
    expect(Object.keys(dictionary.problems.codes)).toEqual(Object.keys(de.problems.codes));
  });
});

test.each(Object.entries({ en, ...OTHERS }))("%s: a button's name holds the words on it, for who speaks to the page", (_, { moods, uploads }) => {
  const pairs: [string, string][] = [
    [moods.filter(A_NAME, 2), "2"],
    [uploads.retry(A_NAME), uploads.retryShort],
    [uploads.dismiss(A_NAME), uploads.dismissShort],
    [uploads.chooseAgainFor(A_NAME), uploads.chooseAgain],
  ];

  expect(pairs.filter(([name, shown]) => !name.toLowerCase().includes(shown.toLowerCase()))).toEqual([]);
});

test.each([
  ["de", ["0 Dateien hochgeladen", "1 Datei hochgeladen", "2 Dateien hochgeladen", "11 Dateien hochgeladen"]],
  ["es", ["0 archivos subidos", "1 archivo subido", "2 archivos subidos", "11 archivos subidos"]],
  ["fr", ["0 fichier envoyé", "1 fichier envoyé", "2 fichiers envoyés", "11 fichiers envoyés"]],
  ["ar", ["تم رفع لا ملفات", "تم رفع ملف واحد", "تم رفع ملفين", "تم رفع 11 ملفًا"]],
])("%s counts files as people there do", (language, counted) => {
  expect([0, 1, 2, 11].map((count) => OTHERS[language]?.uploads.finished(count))).toEqual(counted);
});

test("Arabic is written in Arabic throughout", () => {
  const foreign = textsOf(ar).filter(([place, text]) => !spoken(place, text).every((one) => one === "" || /\p{Script=Arabic}/u.test(one)));

  expect(foreign.map(([place]) => place)).toEqual(["app.name", "add.kinds.application/pdf"]);
});
