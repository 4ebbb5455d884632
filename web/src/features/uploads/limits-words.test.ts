import { expect, test } from "vitest";
import { aSession } from "../../testing/builders";
import { limitsInWords, refusalInWords } from "./limits-words";

const { limits } = aSession();

test("a file too large names its size and the limit", () => {
  const reason = refusalInWords({ filename: "big.wav", size_bytes: 25_000_000, reason: "too_large" }, limits);

  expect(reason).toBe("big.wav is 25 MB. The limit is 10 MB.");
});

test("a type not allowed names what is", () => {
  const reason = refusalInWords({ filename: "notes.zip", size_bytes: 10, reason: "not_allowed" }, limits);

  expect(reason).toBe("notes.zip is not a kind we keep. Welcome: audio, video, pictures and PDF.");
});

test("a file chosen twice says so", () => {
  expect(refusalInWords({ filename: "a.mp3", size_bytes: 10, reason: "known" }, limits)).toBe("a.mp3 is already in the list.");
});

test("the limits read as one line, each kind once", () => {
  const many = { ...limits, allowed_content_types: ["audio/*", "image/png", "image/jpeg", "text/x-lyrics"] };

  expect(limitsInWords(many)).toBe("Audio, pictures and text/x-lyrics, up to 10 MB each");
});
