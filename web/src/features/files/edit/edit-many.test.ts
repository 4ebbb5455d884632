import { expect, test } from "vitest";
import { aFile } from "../../../testing/builders";
import { detailsOf } from "../../../../packages/uploads/src/metadata/details";
import { editsOf } from "./edit-many";
import { parseTags } from "../../../lib/tags";

const KEEP = { add_tags: [], remove_tags: [] };

test("a file that is so already is left alone", () => {
  const file = aFile({ mood: "sad", visibility: "public", tags: ["live"] });

  expect(editsOf(file, { mood: "sad", visibility: "public", add_tags: ["live"], remove_tags: ["old"] })).toEqual({});
});

test("an artist and an album are written where they differ", () => {
  const file = aFile({ artist: "Mara", album: "Blue" });

  expect(editsOf(file, { ...KEEP, artist: "Mara", album: "Tide" })).toEqual({ album: "Tide" });
  expect(editsOf(file, KEEP)).toEqual({});
});

test("tags come to those that are there, and go from them", () => {
  const file = aFile({ tags: ["live", "old"] });

  expect(editsOf(file, { ...KEEP, add_tags: ["new", "live"], remove_tags: ["old"] })).toEqual({ tags: ["live", "new"] });
});

test("no more tags than the service keeps", () => {
  const file = aFile({ tags: Array.from({ length: 20 }, (_, number) => `t${number}`) });

  expect(editsOf(file, { ...KEEP, add_tags: ["one more"] })).toEqual({});
});

test("a mood can be taken away", () => {
  expect(editsOf(aFile({ mood: "sad" }), { ...KEEP, mood: null })).toEqual({ mood: null });
});

test("tags are typed with commas between them", () => {
  expect(parseTags(" live,, night drive ,live,")).toEqual(["live", "night drive"]);
  expect(parseTags(Array.from({ length: 25 }, (_, number) => `t${number}`).join())).toHaveLength(20);
});

test("a long tag is cut between characters, as the kit cuts it", () => {
  const long = `${"x".repeat(39)}🎵🎵`;

  expect(parseTags(long)).toEqual([`${"x".repeat(39)}🎵`]);
  expect(parseTags(long)).toEqual(detailsOf({ tags: [long] }).tags);
});
