import { expect, test } from "vitest";
import { firstModules } from "../../testing/first-modules";
import { later } from "./en-later";

const LATER = new RegExp(
  `\\bwords\\.(?:${Object.entries(later).map(([section, texts]) => `${section}\\.(?:${Object.keys(texts).join("|")})`).join("|")})\\b`,
  "g",
);

test("what is loaded first says nothing of which the words come later", () => {
  const modules = firstModules();
  const early = [...modules].flatMap(([path, source]) => [...source.matchAll(LATER)].map(([text]) => `${path}: ${text}`));

  expect(modules.size).toBeGreaterThan(80);
  expect(early).toEqual([]);
});
