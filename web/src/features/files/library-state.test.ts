import { describe, expect, test } from "vitest";
import { ApiError } from "../../lib/api-error";
import { aFile } from "../../testing/builders";
import { reduce, shelfOf, type Library, type LibraryEvent } from "./library-state";

const one = aFile({ file_id: "f1", mood: "sad" });
const two = aFile({ file_id: "f2", mood: "sad" });
const three = aFile({ file_id: "f3", mood: "happy" });

const after = (...events: LibraryEvent[]) => events.reduce<Library>(reduce, {});
const ids = (library: Library, mood: string | null) => shelfOf(library, mood).files.map((file) => file.file_id);
const firstPage = (mood: string | null, files = [one, two], next_cursor: string | null = null): LibraryEvent => ({
  type: "first_page",
  mood,
  page: { files, next_cursor },
});

test("a mood never looked at is loading", () => {
  expect(shelfOf({}, "sad")).toMatchObject({ status: "loading", files: [] });
});

test("a song shown already is not shown twice by the next page", () => {
  const library = after(firstPage(null, [one, two], "c"), {
    type: "next_page",
    mood: null,
    page: { files: [two, three], next_cursor: null },
  });

  expect(ids(library, null)).toEqual(["f1", "f2", "f3"]);
  expect(shelfOf(library, null).next_cursor).toBeNull();
});

test("while it is renewed, what was there stays", () => {
  const library = after(firstPage("sad"), { type: "loading", mood: "sad" });

  expect(shelfOf(library, "sad")).toMatchObject({ status: "loading", files: [one, two] });
});

describe("a new song", () => {
  test("comes first, and only where it belongs", () => {
    const library = after(firstPage(null), firstPage("sad"), firstPage("happy", []), { type: "added", file: three });

    expect(ids(library, null)).toEqual(["f3", "f1", "f2"]);
    expect(ids(library, "happy")).toEqual(["f3"]);
    expect(ids(library, "sad")).toEqual(["f1", "f2"]);
  });

  test("that the list has already is there once", () => {
    const library = after(firstPage(null), { type: "added", file: two });

    expect(ids(library, null)).toEqual(["f2", "f1"]);
  });
});

test("a deleted song leaves every list", () => {
  const library = after(firstPage(null), firstPage("sad"), { type: "removed", file_id: "f1" });

  expect(ids(library, null)).toEqual(["f2"]);
  expect(ids(library, "sad")).toEqual(["f2"]);
});

test("a page that fails keeps the ones before it, and the way on", () => {
  const failure = new ApiError({ code: "x", status: 503, detail: "", hint: "", retryable: true, retry_after: null });
  const library = after(firstPage(null, [one], "c"), { type: "failed", mood: null, failure });

  expect(shelfOf(library, null)).toEqual({ status: "failed", files: [one], next_cursor: "c", failure });
});
