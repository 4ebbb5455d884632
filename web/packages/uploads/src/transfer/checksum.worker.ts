/**
 * Says that it is there; then answers each file by the port that came with it, with its CRC-32C, or null where it cannot
 * be read. Any word by that port means that the answer is no longer wanted.
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
