// Fails when an entry of the kit, as it is published, is heavier than its README says, or when what is not used of it
// is not left out. Usage: npm run kit
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const root = fileURLToPath(new URL("../packages/uploads/", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");
const ENTRY = "virtual:entry";
/** What an app that only asks the service must not load. */
const FOR_UPLOADS = /node_modules\/(react|idb-keyval|crc-32|@uppy)\//;

/** What an app of this one line loads of the kit: its modules, and kB of gzip. Frameworks are the app's own. */
async function bundleOf(code) {
  const entry = {
    name: "entry",
    resolveId: (id) => (id === ENTRY ? `${root}entry.js` : null),
    load: (id) => (id === `${root}entry.js` ? code : null),
  };
  const { output } = await build({
    root,
    configFile: false,
    logLevel: "error",
    plugins: [entry],
    build: {
      write: false,
      assetsInlineLimit: 0,
      rolldownOptions: { input: ENTRY, external: [/^react/, /^@uppy\//], preserveEntrySignatures: "strict" },
    },
  });
  // What the entry loads at once; languages of the element come later, if at all.
  const byName = new Map(output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]));
  const loaded = new Set();
  const load = (chunk) => {
    if (!chunk || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(byName.get(name));
  };
  for (const chunk of byName.values()) if (chunk.isEntry) load(chunk);
  const chunks = [...loaded];
  return {
    modules: chunks.flatMap(({ moduleIds }) => moduleIds),
    kb: chunks.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0) / 1000,
  };
}

let failed = false;
function check(holds, text) {
  failed ||= !holds;
  console.log(`${holds ? "" : "WRONG: "}${text}`);
}

const rows = [...readme.matchAll(/^\| `(@moodrop\/uploads[^`]*)` \|.* (\d+) kB \|$/gm)];
check(rows.length === 5, `the README weighs ${rows.length} entries`);
for (const [, name, limit] of rows) {
  const { kb } = await bundleOf(`export * from "${name}"`);
  check(kb <= Number(limit), `${name} weighs ${kb.toFixed(1)} kB of ${limit}`);
}

for (const name of ["@moodrop/uploads/client", "@moodrop/uploads"]) {
  const { modules, kb } = await bundleOf(`export { createClient } from "${name}"`);
  const more = modules.filter((id) => FOR_UPLOADS.test(id));
  check(more.length === 0, `createClient of ${name} brings ${kb.toFixed(1)} kB and ${more.join(", ") || "nothing of uploads"}`);
}
process.exit(failed ? 1 : 0);
