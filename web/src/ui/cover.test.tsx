import { fireEvent, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Cover, type CoverProps } from "./cover";
import { songCover } from "./song-cover/start";
import { drawSongCover } from "./song-cover/song-cover";

beforeEach(() => songCover.set(drawSongCover));
afterEach(() => songCover.set(null));

function show(given: Partial<CoverProps> = {}) {
  const { container } = render(<Cover seed="song" hue="sad" {...given} />);
  return { picture: container.querySelector("img"), drawing: () => container.querySelector(".song-cover"), bars: container.querySelector(".cover-bars") };
}

test("a song without a picture is drawn, and has bars at its corner only while it plays", () => {
  expect(show().drawing()?.querySelectorAll("path").length).toBeGreaterThan(2);
  expect(show().bars).toBeNull();
  expect(show({ moving: true }).bars).not.toBeNull();
});

test("a picture goes before the drawing, unless it cannot be loaded", () => {
  const { picture, drawing } = show({ picture: "/gone.webp" });
  expect(drawing()).toBeNull();

  if (picture) fireEvent.error(picture);

  expect(drawing()).not.toBeNull();
});

test("a file that is no song has the sign of its kind instead", () => {
  expect(show({ children: <i /> }).drawing()).toBeNull();
});

test("until the part that draws has come, a cover is a plain colour", () => {
  songCover.set(null);

  expect(show().drawing()).toBeNull();
});
