import { describe, expect, test } from "vitest";
import { aFile } from "../../../testing/builders";
import { addressOf, EVERYTHING, parametersOf, queryFrom, searchOf, type LibraryQuery } from "./library-query";
import { fits, order } from "./place-file";

const MOODS = ["happy", "sad"];

test("the address says it all, and nothing of what goes without saying", () => {
  const query: LibraryQuery = { mood: "sad", q: "Tönë & co", kind: "page", artist: "Zoë", album: "", sort: "title" };

  expect(searchOf(EVERYTHING)).toBe("");
  expect(queryFrom(searchOf(query), MOODS)).toEqual(query);
});

test("what an address says wrongly counts as not said", () => {
  expect(queryFrom("?mood=angry&kind=exe&sort=best&limit=9", MOODS)).toEqual(EVERYTHING);
});

test("the service is asked in its own words", () => {
  expect(parametersOf({ ...EVERYTHING, q: "x HAPPY", kind: "picture", artist: "Zoë", album: "", sort: "oldest" })).toEqual({
    q: "x happy",
    artist: "Zoë",
    album: "",
    content_type: "image/*",
    sort: "oldest",
  });
});

test.each([
  ["audio/mpeg", "sad", true],
  ["audio/mpeg", "happy", false],
  ["video/mp4", "sad", false],
])("a file of %s and %s among sad songs: %s", (content_type, mood, expected) => {
  expect(fits(aFile({ content_type, mood }), { ...EVERYTHING, mood: "sad", kind: "audio" })).toBe(expected);
});

test("an artist is written in any case, and no name stands for none", () => {
  const file = aFile({ artist: "ZOE", album: null });

  expect(fits(file, { ...EVERYTHING, artist: "zoe", album: "" })).toBe(true);
  expect(fits(file, { ...EVERYTHING, artist: "zo" })).toBe(false);
  expect(addressOf({ artist: "A & B" })).toBe("/?artist=A+%26+B&sort=album");
});

describe("order", () => {
  test.each([
    ["by time", { created_at: "2026-01-01T00:00:00Z" }, { created_at: "2026-01-01T00:00:00.001000Z" }],
    ["by id within a millisecond", { file_id: "01A" }, { file_id: "01B" }],
  ])("%s", (_, given, later) => {
    const [one, other] = [aFile(given), aFile(later)];

    expect([one, other].toSorted((a, b) => order(a, b, "newest"))).toEqual([other, one]);
    expect([other, one].toSorted((a, b) => order(a, b, "oldest"))).toEqual([one, other]);
  });

  test("by artist and album, those without a name last; by length, those without one last", () => {
    const [none, zoe, abe] = [aFile({ artist: null, duration_seconds: null }), aFile({ artist: "Zoë", album: "B", duration_seconds: 7 }), aFile({ artist: "abe", album: "C" })];
    const earlier = { ...zoe, album: "a", duration_seconds: 70 };

    expect([none, zoe, abe, earlier].toSorted((a, b) => order(a, b, "artist"))).toEqual([abe, earlier, zoe, none]);
    expect([zoe, abe, earlier].toSorted((a, b) => order(a, b, "album"))).toEqual([earlier, zoe, abe]);
    expect([none, zoe, earlier].toSorted((a, b) => order(a, b, "longest"))).toEqual([earlier, zoe, none]);
  });

  test("by title, whatever its case, and by the file's name where it has none", () => {
    const [lower, unnamed] = [aFile({ title: "alpha" }), aFile({ title: null, filename: "Beta.mp3" })];

    expect(order(lower, unnamed, "title")).toBeLessThan(0);
    expect(order(aFile({ title: "ALPHA" }), lower, "title")).toBe(0);
  });
});
