import { expect, test } from "vitest";
import { guessSong } from "./song-title.js";

test.each([
  ["blue.mp3", "blue", ""],
  ["rainy_day_demo.mp3", "rainy day demo", ""],
  ["Nina Simone - Feeling Good.mp3", "Feeling Good", "Nina Simone"],
  ["03 - Nina Simone - Feeling Good.mp3", "Feeling Good", "Nina Simone"],
  ["07 - Interlude.mp3", "Interlude", ""],
  ["Tönë – happy.wav", "Tönë – happy", ""],
  ["Mr. Blue.Sky.flac", "Mr. Blue.Sky", ""],
  ["- .mp3", "-", ""],
  [".mp3", ".mp3", ""],
  ["no extension", "no extension", ""],
  ["tab\there.mp3", "tab here", ""],
  [`${"x".repeat(250)}.mp3`, "x".repeat(200), ""],
])("%s is %s by %s", (filename, title, artist) => {
  expect(guessSong(filename)).toEqual({ title, artist });
});
