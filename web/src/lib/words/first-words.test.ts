import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { later } from "./en-later";

const SOURCES = resolve(import.meta.dirname, "../..");

/** The module and all that it imports at once, types aside. */
function modulesFrom(path: string, known = new Set<string>()): Set<string> {
  if (known.has(path)) return known;
  known.add(path);
  const source = readFileSync(path, "utf8");
  for (const [, name = ""] of source.matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?"(\.[^"]+)";/gms)) {
    const next = [".ts", ".tsx"].map((end) => join(dirname(path), name) + end).find((file) => existsSync(file));
    if (next) modulesFrom(next, known);
  }
  return known;
}

const LATER = new RegExp(
  `\\bwords\\.(?:${Object.entries(later).map(([section, texts]) => `${section}\\.(?:${Object.keys(texts).join("|")})`).join("|")})\\b`,
  "g",
);

test("what is loaded first says nothing of which the words come later", () => {
  const modules = modulesFrom(join(SOURCES, "main.tsx"));
  const early = [...modules].flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(LATER)].map(([text]) => `${relative(SOURCES, path)}: ${text}`),
  );

  expect(modules.size).toBeGreaterThan(80);
  expect(early).toEqual([]);
});
