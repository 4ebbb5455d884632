import { expect, test } from "vitest";
import { aFile, aMedia } from "../../../testing/builders";
import { playableFiles, type Browser } from "./playable-files";

const browser = (given: Partial<Browser> = {}): Browser => ({ canPlay: () => true, savesData: false, ...given });
const names = (...given: Parameters<typeof playableFiles>) => playableFiles(...given).map(({ rendition }) => rendition);

const film = aFile({ content_type: "video/mp4" });
const rungs = aMedia({ renditions: ["240", "720", "480"] });
/** Ten megabytes in a minute: over a megabit per second. */
const heavy = aFile({ size_bytes: 10_000_000, duration_seconds: 60 });
const song = aMedia({ renditions: ["audio"] });

test("what the browser plays is played as it is, and the best rendition if that fails", () => {
  expect(names(film, rungs, browser())).toEqual([null, "720"]);
});

test("what the browser does not play is played from its best rendition", () => {
  expect(names(film, rungs, browser({ canPlay: () => false }))).toEqual(["720", null]);
});

test("who saves data hears the rendition of a large song", () => {
  expect(names(heavy, song, browser({ savesData: true }))).toEqual(["audio", null]);
  expect(names(heavy, song, browser())).toEqual([null, "audio"]);
  expect(names(aFile({ size_bytes: 1_000_000, duration_seconds: 60 }), song, browser({ savesData: true }))).toEqual([null, "audio"]);
});

test("without renditions there is only the original, whatever the browser says", () => {
  expect(names(film, null, browser({ canPlay: () => false }))).toEqual([null]);
});
