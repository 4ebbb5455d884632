/** How the page reads files, tested with the same table of odd inputs as the command. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { MAX_LENGTH, oneLine } from "@moodrop/uploads";
import { expect, test } from "vitest";
import { contentTypeOf } from "../../../../packages/uploads/src/metadata/content-type";
import { acceptable, detailsOf, validDuration } from "../../../../packages/uploads/src/metadata/details";
import { fingerprintName, validName } from "../../../../packages/uploads/src/metadata/file-names";
import { fingerprintOf } from "../../../../packages/uploads/src/metadata/fingerprint";
import { guessSong } from "../../../../packages/uploads/src/metadata/song-title";
import { isHidden } from "../choose/hidden-files";
import { readable } from "./legacy-tags";
import { readTags } from "./read-tags";

interface Piece {
  hex: string;
  zeros?: number;
  times?: number;
}

interface Table {
  content_types: { name: string; given: string; expected: string }[];
  titles: { filename: string; title: string; artist: string }[];
  one_line: { text: string; expected: string }[];
  tags: { tag: string; filename: string; expected: string }[];
  fingerprints: { name: string; size: number; date: number; expected: string }[];
  durations: { seconds: number | string; expected: number | null }[];
  hidden: { name: string; hidden: boolean }[];
  songs: { what: string; filename: string; pieces: Piece[]; title: string; artist: string }[];
  lengths: { what: string; filename: string; pieces: Piece[]; seconds: number | null }[];
}

const TABLE: Table = JSON.parse(readFileSync(resolve("../tests/data/reading_files.json"), "utf8"));

/** Each piece is some bytes and then zeros, repeated. */
function bytesOf(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const built = pieces.map(({ hex, zeros = 0, times = 1 }) => {
    const one = Buffer.concat([Buffer.from(hex, "hex"), Buffer.alloc(zeros)]);
    return Buffer.alloc(one.length * times, one.length > 0 ? one : undefined);
  });
  return Uint8Array.from(Buffer.concat(built));
}

test.each(TABLE.content_types)("$name given as '$given' is $expected", ({ name, given, expected }) => {
  expect(contentTypeOf({ name, type: given })).toBe(expected);
});

test.each(TABLE.titles)("$filename is $title by $artist", ({ filename, title, artist }) => {
  expect(guessSong(filename)).toEqual({ title, artist });
});

test.each(TABLE.one_line)("$text becomes one line", ({ text, expected }) => {
  expect(oneLine(text)).toBe(expected);
});

test.each(TABLE.tags)("the tag $tag of $filename is $expected", ({ tag, filename, expected }) => {
  expect(readable(tag, filename)).toBe(expected);
});

test.each(TABLE.fingerprints)("the fingerprint of $name", ({ name, size, date, expected }) => {
  expect(fingerprintOf({ name, size, lastModified: date })).toBe(expected);
});

test.each(TABLE.durations)("a duration of $seconds", ({ seconds, expected }) => {
  expect(validDuration(Number(seconds))).toBe(expected);
});

test.each(TABLE.hidden)("$name is hidden: $hidden", ({ name, hidden }) => {
  expect(isHidden(name)).toBe(hidden);
});

test.each(TABLE.lengths)("the length of: $what", async ({ filename, pieces, seconds }) => {
  const tags = await readTags(new File([bytesOf(pieces)], filename), contentTypeOf({ name: filename, type: "" }), filename);
  const { duration_seconds = null } = acceptable(tags);

  expect(duration_seconds === null).toBe(seconds === null);
  expect(Math.abs((duration_seconds ?? 0) - (seconds ?? 0))).toBeLessThan(0.06 + (seconds ?? 0) * 0.01);
});

test.each(TABLE.songs)("title and artist of: $what", async ({ filename, pieces, title, artist }) => {
  const tags = acceptable(await readTags(new File([bytesOf(pieces)], filename), "audio/mpeg", filename));

  expect({ ...guessSong(filename), ...tags }).toMatchObject({ title, artist });
});

const HOSTILE = [
  ...TABLE.one_line.map(({ text }) => text),
  ...TABLE.tags.map(({ tag }) => tag),
  "x\ud800".repeat(5000),
  `${"\u202e".repeat(500)}a`,
  "🎵".repeat(5000),
];

test.each(HOSTILE)("the service accepts what is made of %j", (text) => {
  const meta = { mood: "", title: text, artist: text, album: text, duration_seconds: Infinity, cover: null };
  const { title, artist, album, ...others } = detailsOf({ ...meta, ...guessSong(text), ...acceptable(meta) });
  const expected = [title, artist, album].filter((line) => line != null);

  expect(expected.filter((line) => !isLine(line, MAX_LENGTH))).toEqual([]);
  expect(others).toEqual({ mood: null, tags: null, duration_seconds: null });
  expect(isLine(`${fingerprintName(text)}|1|1`, 512)).toBe(true);
  expect(isLine(contentTypeOf({ name: text, type: text }), 255)).toBe(true);
  expect(validName(text)).toMatch(/^\P{Cs}+$/u);
  expect(Array.from(validName(text)).length).toBeLessThanOrEqual(4096);
});

/** As the service's schema says: so many characters of one line, and no lone surrogate. */
function isLine(text: string, most: number): boolean {
  return text.trim() !== "" && Array.from(text).length <= most && /^[^\p{Cc}\p{Cs}]+$/u.test(text);
}
