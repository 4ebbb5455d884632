// Fails when what a first visit must load, the camera's part after its click, the player of films, a view of accounts or
// the history is heavier than the budget (docs: 100, 150, 150, 25 and 15 kB of gzipped JavaScript).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = { js: 100, css: 12, mood: 150, signIn: 25, account: 25, admin: 25, film: 150, history: 15 };
const FACE_MOOD = "src/features/face-mood/face-dialog.tsx";
const FILM = "src/features/player/film/hls-stream.ts";
const HISTORY = "src/features/listening/history-view.tsx";
const ACCOUNTS = "src/features/accounts/";
// Each language is a chunk; one of them is loaded.
const OTHER_LANGUAGES = /\/words\/(?!en\.ts)/;
const dist = new URL("../dist/", import.meta.url);
const html = readFileSync(new URL("index.html", dist), "utf8");
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

const firstLoad = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, path]) => path);

/** The files that a chunk goes on to load, but for those that are there from the start. */
function loadedBy(name, loaded = new Set()) {
  const { file, imports = [], dynamicImports = [] } = manifest[name];
  if (loaded.has(file) || firstLoad.includes(file)) return loaded;
  loaded.add(file);
  for (const next of [...imports, ...dynamicImports]) loadedBy(next, loaded);
  return loaded;
}

/** The files of a view of accounts, without what the other views load later. */
function loadedByView(name) {
  const { file, imports = [], dynamicImports = [] } = manifest[`${ACCOUNTS}${name}`];
  const words = dynamicImports.filter((next) => next.includes("/words/") && !OTHER_LANGUAGES.test(next));
  const beside = [...imports, ...words].map((next) => manifest[next].file);
  return [file, ...beside].filter((path) => !firstLoad.includes(path));
}

const files = {
  js: firstLoad.filter((path) => path.endsWith(".js")),
  css: firstLoad.filter((path) => path.endsWith(".css")),
  mood: [...loadedBy(FACE_MOOD)],
  film: [manifest[FILM].file],
  history: [...loadedBy(HISTORY)],
  signIn: loadedByView("account-place.tsx"),
  account: [...new Set([...loadedByView("account-place.tsx"), ...loadedByView("account-page/account-page.tsx")])],
  admin: [...new Set([...loadedByView("account-place.tsx"), ...loadedByView("admin-page/admin-page.tsx")])],
};

let failed = files.js.length === 0 || files.mood.length === 0 || files.film.length === 0;
for (const [kind, budget] of Object.entries(BUDGET_KB)) {
  const bytes = files[kind].reduce((sum, path) => sum + gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length, 0);
  const kb = bytes / 1000;
  const over = kb > budget;
  failed ||= over;
  console.log(`${kind}: ${kb.toFixed(1)} kB gzipped of ${budget} kB${over ? " - over the budget" : ""}`);
}
process.exit(failed ? 1 : 0);
