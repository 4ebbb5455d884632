import { expect, test } from "vitest";
import { failureOf, StoreError } from "./store-error.js";

test.each([
  [400, "refused"],
  [403, "expired"],
  [409, "busy"],
  [412, "already_there"],
  [503, "busy"],
] as const)("status %d is %s", (status, kind) => {
  expect(failureOf(status)).toBe(kind);
});

test("the store's own code and words are kept", () => {
  const xml = "<Error><Code>BadDigest</Code><Message>The digest did not match.</Message></Error>";

  const error = new StoreError("refused", 400, xml);

  expect(error).toMatchObject({ kind: "refused", status: 400, code: "BadDigest", detail: "The digest did not match." });
  expect(error.message).toBe("The store refused the file: 400: BadDigest: The digest did not match.");
});

test("an answer without XML still gives its status", () => {
  expect(new StoreError("refused", 405, "nope")).toMatchObject({ status: 405, code: "", detail: "" });
});

test("a 404 of an upload in parts means that the store has dropped it; any other is a refusal", () => {
  expect(failureOf(404, "<Error><Code>NoSuchUpload</Code></Error>")).toBe("gone");
  expect(failureOf(404, "<Error><Code>NoSuchBucket</Code></Error>")).toBe("refused");
});
