// Lays a .br and a .gz beside each built file that gets clearly smaller by it: the service sends the one that the
// browser takes, and packs nothing while somebody waits.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const WORTH_IT = 0.9;
const assets = new URL("../dist/assets/", import.meta.url);

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
