import { describe, expect, test } from "vitest";
import { ApiError } from "../../../lib/api-error";
import { aFile } from "../../../testing/builders";
import type { FileRecord } from "../../../lib/types";
import { EVERYTHING, type LibraryQuery } from "./library-query";
import { reduce, listPageOf, type Library, type LibraryEvent } from "./library-state";
import { withFile } from "./place-file";

const one = aFile({ file_id: "f1", mood: "sad", title: "B", created_at: "2026-11-21T09:03:00Z" });
const two = aFile({ file_id: "f2", mood: "sad", title: "D", created_at: "2026-11-21T09:02:00Z" });
const three = aFile({ file_id: "f3", mood: "happy", title: "C", created_at: "2026-11-21T09:04:00Z" });

const ALL: LibraryQuery = EVERYTHING;
const SAD = { ...ALL, mood: "sad" };
const HAPPY = { ...ALL, mood: "happy" };

const after = (...events: LibraryEvent[]) => events.reduce<Library>(reduce, {});
const ids = (library: Library, query: LibraryQuery) => listPageOf(library, query).files.map((file) => file.file_id);
const firstPage = (query: LibraryQuery, files = [one, two], next_cursor: string | null = null): LibraryEvent => ({
  type: "first_page",
  query,
  page: { files, next_cursor },
});
const put = (file: FileRecord): LibraryEvent => ({ type: "put", place: (listPage) => withFile(listPage, file) });
const nextPage = (files: FileRecord[], cursor = "c"): LibraryEvent => ({
  type: "next_page",
  query: ALL,
  cursor,
  page: { files, next_cursor: null },
});
const failure = new ApiError({ code: "x", status: 503, detail: "", hint: "", retryable: true, retry_after: null });

test("a query never asked is loading", () => {
  expect(listPageOf({}, SAD)).toMatchObject({ status: "loading", files: [] });
});

test("while it is renewed, what was there stays", () => {
  const library = after(firstPage(SAD), { type: "loading", query: SAD, shown: ALL });

  expect(listPageOf(library, SAD)).toMatchObject({ status: "loading", files: [one, two], isStale: false });
});

describe("the next page", () => {
  test("comes behind", () => {
    expect(ids(after(firstPage(ALL, [one], "c"), nextPage([two])), ALL)).toEqual(["f1", "f2"]);
  });

  test("shows no song again that was put in by hand", () => {
    const library = after(firstPage(ALL, [one], "c"), put(three), nextPage([three, two]));

    expect(ids(library, ALL)).toEqual(["f3", "f1", "f2"]);
  });

  test("is dropped where the list was begun anew meanwhile", () => {
    const library = after(firstPage(ALL, [one], "c"), firstPage(ALL, [one], "d"), nextPage([two], "c"));

    expect(listPageOf(library, ALL)).toMatchObject({ files: [one], next_cursor: "d" });
  });

  test("that fails keeps the ones before it, and the way on", () => {
    const library = after(firstPage(ALL, [one], "c"), { type: "failed", query: ALL, failure });

    expect(listPageOf(library, ALL)).toMatchObject({ status: "failed", files: [one], next_cursor: "c", failure });
  });
});

describe("other words", () => {
  const blue = { ...ALL, q: "blue" };
  const looking: LibraryEvent = { type: "loading", query: blue, shown: ALL };

  test("leave what was found before on the screen until there is an answer", () => {
    expect(listPageOf(after(firstPage(ALL), looking), blue)).toMatchObject({ files: [one, two], isStale: true });
    expect(listPageOf(after(firstPage(ALL), looking, firstPage(blue, [two])), blue)).toMatchObject({ files: [two], isStale: false });
  });

  test("that fail show nothing of before", () => {
    const library = after(firstPage(ALL), looking, { type: "failed", query: blue, failure });

    expect(listPageOf(library, blue)).toMatchObject({ status: "failed", files: [], isStale: false });
  });

  test("are forgotten with the next ones", () => {
    const next = { ...ALL, q: "bluer" };
    const library = after(looking, firstPage(blue, [two]), { type: "loading", query: next, shown: blue });

    expect(listPageOf(library, next).files).toEqual([two]);
    expect(ids(library, blue)).toEqual([]);
  });
});

describe("a song that is new", () => {
  test("comes where it belongs, and only there", () => {
    const library = after(firstPage(ALL), firstPage(SAD), firstPage(HAPPY, []), put(three));

    expect([ALL, SAD, HAPPY].map((query) => ids(library, query))).toEqual([["f3", "f1", "f2"], ["f1", "f2"], ["f3"]]);
  });

  test("keeps the order", () => {
    const [byTitle, oldest] = [{ ...ALL, sort: "title" as const }, { ...ALL, sort: "oldest" as const }];
    const library = after(firstPage(byTitle), firstPage(oldest, [two, one]), put(three));

    expect(ids(library, byTitle)).toEqual(["f1", "f3", "f2"]);
    expect(ids(library, oldest)).toEqual(["f2", "f1", "f3"]);
  });

  test("waits for its page", () => {
    const oldest = { ...ALL, sort: "oldest" as const };

    expect(ids(after(firstPage(oldest, [two, one], "c"), put(three)), oldest)).toEqual(["f2", "f1"]);
  });
});

describe("a song that was edited", () => {
  test("stays in its place", () => {
    const library = after(firstPage(ALL), put({ ...two, title: "A" }));

    expect(listPageOf(library, ALL).files.map((file) => file.title)).toEqual(["B", "A"]);
  });

  test("goes from one mood to the other", () => {
    const library = after(firstPage(SAD), firstPage(HAPPY, [three]), put({ ...two, mood: "happy" }));

    expect(ids(library, SAD)).toEqual(["f1"]);
    expect(ids(library, HAPPY)).toEqual(["f3", "f2"]);
  });
});

test("deleted songs leave every list", () => {
  const library = after(firstPage(ALL), firstPage(SAD), { type: "removed", file_ids: new Set(["f1"]) });

  expect([ids(library, ALL), ids(library, SAD)]).toEqual([["f2"], ["f2"]]);
});
