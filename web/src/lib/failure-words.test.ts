import { StoreError } from "@moodrop/uploads";
import { expect, test } from "vitest";
import { failureInWords } from "./failure-words";

test("the store's own code is put in plain words, and quoted", () => {
  const xml = "<Error><Code>BadDigest</Code><Message>The digest did not match.</Message></Error>";

  expect(failureInWords(new StoreError("refused", 400, xml))).toEqual({
    detail: "The bytes changed on the way.",
    hint: "The store said 400 BadDigest: The digest did not match.",
  });
});

test("an answer without XML still gives its status", () => {
  expect(failureInWords(new StoreError("refused", 405, "nope"))).toEqual({
    detail: "The file store refused this file.",
    hint: "The store said 405.",
  });
});

test("a line that is down has no answer to quote", () => {
  expect(failureInWords(new StoreError("network"))).toEqual({
    detail: "The connection was lost.",
    hint: "Check your network, then retry.",
  });
});

test("a store that does not answer while the service does is named by its address", () => {
  expect(failureInWords(new StoreError("no_answer", 0, "", "https://files.example.com:9000")).detail).toBe(
    "Can't reach the file store at files.example.com:9000.",
  );
});

test("a proxy's limit is not called the network", () => {
  const { detail, hint } = failureInWords(new StoreError("blocked", 413, "", "https://files.example.com"));

  expect(detail).toBe("The upload was turned away on its way to the file store at files.example.com.");
  expect(hint).toContain("413");
});
