/** Which modules the page loads before its first look. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const SOURCES = resolve(import.meta.dirname, "..");

/** The sources of what is loaded first, by path below src/. */
export function firstModules(): ReadonlyMap<string, string> {
  const paths = modulesFrom(join(SOURCES, "main.tsx"));
  return new Map([...paths].map((path) => [relative(SOURCES, path), readFileSync(path, "utf8")]));
}

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
