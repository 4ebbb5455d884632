import { delay, http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { server, STORE } from "../../testing/server.js";
import type { PutTransfer } from "../api/types.js";
import { putFile } from "./put-file.js";

const transfer: PutTransfer = {
  kind: "put",
  method: "PUT",
  url: `${STORE}/u1`,
  headers: { "content-type": "audio/mpeg", "content-length": "1000", "if-none-match": "*" },
  expires_at: "2026-11-21T10:01:00Z",
};
const file = new Blob([new Uint8Array(1000)]);

function optionsOf(given: { signal?: AbortSignal; stallAfterMs?: number; onSent?: (bytes: number) => void } = {}) {
  return { signal: new AbortController().signal, stallAfterMs: 5000, onSent: () => undefined, ...given };
}

function put(given: Parameters<typeof optionsOf>[0] = {}) {
  return putFile(transfer, file, optionsOf(given));
}

test("the bytes arrive with the signed headers, and progress is told", async () => {
  let seen: Headers | undefined;
  let bytes = 0;
  const progress: number[] = [];
  server.use(
    http.put(transfer.url, async ({ request }) => {
      seen = request.headers;
      bytes = (await request.arrayBuffer()).byteLength;
      return new HttpResponse();
    }),
  );

  await put({ onSent: (sent) => progress.push(sent) });

  expect(bytes).toBe(1000);
  expect(seen?.get("if-none-match")).toBe("*");
  expect(seen?.get("content-type")).toBe("audio/mpeg");
  expect(progress.at(-1)).toBe(1000);
});

test.each([
  [412, "already_there"],
  [403, "expired"],
  [400, "refused"],
])("a %d is %s", async (status, kind) => {
  server.use(http.put(transfer.url, () => new HttpResponse("<Error/>", { status })));

  await expect(put()).rejects.toMatchObject({ kind });
});

test("no answer at all is a network failure", async () => {
  server.use(http.put(transfer.url, () => HttpResponse.error()));

  await expect(put()).rejects.toMatchObject({ kind: "network" });
});

test("a file that was moved or changed meanwhile is named, not taken for a dead line", async () => {
  server.use(http.put(transfer.url, () => HttpResponse.error()));
  const gone = new Blob([new Uint8Array(1000)]);
  gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) });

  await expect(putFile(transfer, gone, optionsOf())).rejects.toMatchObject({ kind: "unreadable" });
});

test("a socket that goes quiet is given up", async () => {
  server.use(
    http.put(transfer.url, async () => {
      await delay("infinite");
      return new HttpResponse();
    }),
  );

  await expect(put({ stallAfterMs: 20 })).rejects.toMatchObject({ kind: "stalled" });
});

test("cancelling stops the request", async () => {
  const stop = new AbortController();
  server.use(
    http.put(transfer.url, async () => {
      stop.abort();
      await delay("infinite");
      return new HttpResponse();
    }),
  );

  await expect(put({ signal: stop.signal })).rejects.toMatchObject({ name: "AbortError" });
});
