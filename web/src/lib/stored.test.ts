import { afterEach, expect, test, vi } from "vitest";
import { readStored, readStoredJson, store } from "./stored";

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
  sessionStorage.clear();
});

test("what is stored is read again, until it is removed", () => {
  store("a", "1");
  store("a", "2", "session");
  expect([readStored("a"), readStored("a", "session")]).toEqual(["1", "2"]);

  store("a", null);
  expect([readStored("a"), readStored("a", "session")]).toEqual([null, "2"]);
});

test("JSON is read as it was written; anything else is nothing", () => {
  store("a", JSON.stringify({ at: 3 }));
  store("b", "{no");

  expect([readStoredJson("a"), readStoredJson("b"), readStoredJson("c")]).toEqual([{ at: 3 }, null, null]);
});

test("a browser that forbids storage has nothing stored, and nothing fails", () => {
  vi.spyOn(globalThis, "localStorage", "get").mockImplementation(() => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  });

  expect(() => store("a", "1")).not.toThrow();
  expect([readStored("a"), readStoredJson("a")]).toEqual([null, null]);
});

test("a full storage loses what is new, and nothing fails", () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });

  expect(() => store("a", "1")).not.toThrow();
});
