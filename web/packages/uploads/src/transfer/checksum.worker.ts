/**
 * Posts "ready", then responds to each file through the port that came with it: with its CRC-32C, or null if it cannot be
 * read. Any message through that port cancels the computation.
 */
import { crc32c } from "./crc32c.js";

globalThis.addEventListener("message", ({ data, ports: [port] }: MessageEvent<Blob>) => {
  const stop = new AbortController();
  port?.addEventListener("message", () => stop.abort());
  port?.start();
  void crc32c(data, stop.signal)
    .catch(() => null)
    .then((answer) => port?.postMessage(answer));
});
globalThis.postMessage("ready");
