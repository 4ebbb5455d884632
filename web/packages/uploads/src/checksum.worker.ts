/**
 * Says that it is there; then answers each file by the port that came with it, with its CRC-32C, or null where it cannot
 * be read. Any word by that port means that the answer is no longer wanted.
 */
import { crc32c } from "./crc32c.js";

/** One after the other, so that the first is not late for the others' sake. */
let line: Promise<void> = Promise.resolve();

globalThis.addEventListener("message", ({ data, ports: [port] }: MessageEvent<Blob>) => {
  const stop = new AbortController();
  port?.addEventListener("message", () => stop.abort());
  port?.start();
  line = line.then(async () => port?.postMessage(await crc32c(data, stop.signal).catch(() => null)));
});
globalThis.postMessage("ready");
