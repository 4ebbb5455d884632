import { expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint.js";

const fileNamed = (name: string) => new File(["la"], name, { lastModified: 7 });

test("name, size and time of the last change", () => {
  expect(fingerprintOf(fileNamed("Tönë.mp3"))).toBe("Tönë.mp3|2|7");
});

test("one line, never longer than the service takes", () => {
  const fingerprint = fingerprintOf(fileNamed(`${"x".repeat(600)}\n.mp3`));

  expect(fingerprint.length).toBeLessThanOrEqual(512);
  expect(fingerprint).toMatch(/^x+ \.mp3\|2\|7$/);
});
