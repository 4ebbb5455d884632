import { expect, test } from "vitest";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { sha256 } from "./checksum.js";

const never = new AbortController().signal;

test("the digest of an empty file is the known one", async () => {
  const digest = await sha256(new Blob([]), never);

  expect(digest).toBe("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
});

test("Web Crypto and the worker's library agree", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);

  const digest = await sha256(new Blob([bytes]), never);

  expect(digest).toBe(btoa(String.fromCharCode(...nobleSha256(bytes))));
});

test("a file that vanished from the disk is named as unreadable", async () => {
  const gone = new Blob([]);
  gone.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotFoundError"));

  await expect(sha256(gone, never)).rejects.toMatchObject({ kind: "unreadable" });
});

test("a cancelled upload gets no checksum", async () => {
  await expect(sha256(new Blob([]), AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
});
