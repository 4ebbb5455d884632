// Fails when what a first visit must load is heavier than the budget (docs: 100 kB of gzipped JavaScript).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = { js: 100, css: 12 };
const dist = new URL("../dist/", import.meta.url);
const html = readFileSync(new URL("index.html", dist), "utf8");
const firstLoad = [...html.matchAll(/(?:src|href)="\/([^"]+\.(js|css))"/g)];

let failed = firstLoad.length === 0;
for (const kind of Object.keys(BUDGET_KB)) {
  const files = firstLoad.filter(([, , ext]) => ext === kind).map(([, path]) => path);
  const bytes = files.reduce((sum, path) => sum + gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length, 0);
  const kb = bytes / 1000;
  const over = kb > BUDGET_KB[kind];
  failed ||= over;
  console.log(`${kind}: ${kb.toFixed(1)} kB gzipped of ${BUDGET_KB[kind]} kB${over ? " - over the budget" : ""}`);
}
process.exit(failed ? 1 : 0);
