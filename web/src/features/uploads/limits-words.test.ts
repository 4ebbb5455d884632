import { expect, test } from "vitest";
import { aSession } from "../../testing/builders";
import { limitsInWords } from "./limits-words";
import { refusalInWords } from "./refusal-words";

const { limits } = aSession();

test("a file too large names its size and the limit", () => {
  const reason = refusalInWords({ filename: "big.wav", size_bytes: 25_000_000, reason: "too_large" }, limits);

  expect(reason).toBe("big.wav is 25 MB. The limit is 10 MB.");
});

test("a type not allowed names what is", () => {
  const reason = refusalInWords({ filename: "notes.zip", size_bytes: 10, reason: "not_allowed" }, limits);

  expect(reason).toBe("notes.zip isn't supported. You can add audio, video, PNG and PDF.");
});

test.each([
  ["IMG_4022.HEIC", "HEIC"],
  ["scan.tiff", "TIFF"],
  ["DSC0001.NEF", "RAW"],
])("a picture that no browser shows, %s, says how it can come in", (filename, kind) => {
  const pictures = { ...limits, allowed_content_types: ["audio/*", "image/jpeg", "image/png"] };

  const reason = refusalInWords({ filename, size_bytes: 10, reason: "not_allowed" }, pictures);

  expect(reason).toBe(`Browsers can't show ${kind} images. Save ${filename} as JPEG and add it again.`);
});

test("nobody is told to make a JPEG where that is refused too", () => {
  const songs = { ...limits, allowed_content_types: ["audio/mpeg", "audio/flac"] };

  const reason = refusalInWords({ filename: "IMG_4022.HEIC", size_bytes: 10, reason: "not_allowed" }, songs);

  expect(reason).toBe("IMG_4022.HEIC isn't supported. You can add MP3 and FLAC.");
});

test("a family of which only some types are taken is named by those", () => {
  const songs = { ...limits, allowed_content_types: ["audio/mpeg"] };

  const reason = refusalInWords({ filename: "old.wma", size_bytes: 10, reason: "not_allowed" }, songs);

  expect(reason).toBe("old.wma isn't supported. You can add MP3.");
});

test("a file chosen twice says so", () => {
  expect(refusalInWords({ filename: "a.mp3", size_bytes: 10, reason: "known" }, limits)).toBe("a.mp3 is already on the list.");
});

test("the limits read as one line, each kind once", () => {
  const many = { ...limits, allowed_content_types: ["audio/*", "image/png", "image/jpeg", "text/x-lyrics"] };

  expect(limitsInWords(many)).toBe("Audio, images and text/x-lyrics · up to 10 MB each");
});
