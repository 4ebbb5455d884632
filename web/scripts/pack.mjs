// Lays a .br and a .gz beside each built file that gets clearly smaller by it: the service sends the one that the
// browser takes, and packs nothing while somebody waits. Before that, it refuses a media worker that would not start, and
// writes into it which files make up this build of the page.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const WORTH_IT = 0.9;
const assets = new URL("../dist/assets/", import.meta.url);

// The worker is registered as a classic script, which fails at its first import; what it shares with the page's code
// becomes a chunk of both, and is imported.
const manifest = JSON.parse(readFileSync(new URL("../dist/.vite/manifest.json", import.meta.url), "utf8"));
const worker = Object.values(manifest).find(({ file }) => file === "media-worker.js");
if (!worker) throw new Error("The build has no media-worker.js");
const shared = [...(worker.imports ?? []), ...(worker.dynamicImports ?? [])];
if (shared.length > 0) throw new Error(`media-worker.js shares code with the page: ${shared.join(", ")}`);

// For visits without a network. What reads a face and what streams a film is heavy, and of no use then.
const HEAVY = /^src\/features\/(?:face-mood\/judge|player\/film\/hls-stream)\.ts$/;
const page = readFileSync(new URL("../dist/index.html", import.meta.url));
const chunks = Object.entries(manifest).filter(([name, { file }]) => !HEAVY.test(name) && /\.(?:js|css)$/.test(file) && file !== worker.file);
const files = [...new Set(chunks.flatMap(([, { file, css = [] }]) => css.concat(file)))].map((path) => `/${path}`).toSorted();
const build = { page: createHash("sha256").update(page).digest("hex"), files };
const workerFile = new URL(`../dist/${worker.file}`, import.meta.url);
writeFileSync(workerFile, `self.BUILD=${JSON.stringify(build)};\n${readFileSync(workerFile, "utf8")}`);

for (const name of readdirSync(assets)) {
  const bytes = readFileSync(new URL(name, assets));
  const packed = {
    br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    gz: gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }),
  };
  for (const [suffix, smaller] of Object.entries(packed)) {
    if (smaller.length < WORTH_IT * bytes.length) writeFileSync(new URL(`${name}.${suffix}`, assets), smaller);
  }
}
