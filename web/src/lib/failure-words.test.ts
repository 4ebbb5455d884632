import { StoreError } from "@moodrop/uploads";
import { expect, test } from "vitest";
import { failureInWords } from "./failure-words";

test("the store's own code is put in plain words, and quoted", () => {
  const xml = "<Error><Code>BadDigest</Code><Message>The digest did not match.</Message></Error>";

  expect(failureInWords(new StoreError("refused", 400, xml))).toEqual({
    detail: "The file was damaged on its way.",
    hint: "Storage returned 400 BadDigest: The digest did not match.",
  });
});

test("an answer without XML still gives its status", () => {
  expect(failureInWords(new StoreError("refused", 405, "nope"))).toEqual({
    detail: "Storage refused this file.",
    hint: "Storage returned 405.",
  });
});

test("a line that is down has no answer to quote", () => {
  expect(failureInWords(new StoreError("network"))).toEqual({
    detail: "The connection was lost.",
    hint: "Check your connection, then retry.",
  });
});

test("a store that does not answer while the service does is named by its address", () => {
  expect(failureInWords(new StoreError("no_answer", 0, "", "https://files.example.com:9000")).detail).toBe(
    "Can't reach the storage server at files.example.com:9000.",
  );
});

test("a proxy's limit is not called the network", () => {
  const { detail, hint } = failureInWords(new StoreError("blocked", 413, "", "https://files.example.com"));

  expect(detail).toBe("The upload was blocked on its way to the storage server at files.example.com.");
  expect(hint).toContain("413");
});
