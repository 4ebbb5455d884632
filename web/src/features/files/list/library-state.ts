/** The listed files, one list page for each query shown so far. Pure. */
import type { ApiError } from "../../../lib/api-error";
import type { FilePage, FileRecord } from "../../../lib/types";
import { searchOf, type LibraryQuery } from "./library-query";

export interface FileListPage {
  query: LibraryQuery;
  /** `loading` with files: shown from before while being reloaded. */
  status: "loading" | "loading_more" | "ready" | "failed";
  files: readonly FileRecord[];
  next_cursor: string | null;
  failure: ApiError | null;
  /** Ids added locally; later pages may bring them again. */
  placed: readonly string[];
  /** Its files are those of the previous search, until the answer is there. */
  isStale: boolean;
}

export type Library = Readonly<Record<string, FileListPage>>;

export type LibraryEvent =
  /** `shown`: the query whose files are on the screen. */
  | { type: "loading"; query: LibraryQuery; shown: LibraryQuery }
  | { type: "loading_more"; query: LibraryQuery }
  | { type: "first_page"; query: LibraryQuery; page: FilePage }
  /** `cursor`: the cursor of the request. */
  | { type: "next_page"; query: LibraryQuery; cursor: string; page: FilePage }
  | { type: "failed"; query: LibraryQuery; failure: ApiError }
  /** A file is new or changed: `place` puts it into a page, if it belongs there. */
  | { type: "put"; place: (listPage: FileListPage) => FileListPage }
  | { type: "removed"; file_ids: ReadonlySet<string> };

const NEW = { status: "loading", files: [], next_cursor: null, failure: null, placed: [], isStale: false } as const;

export function listPageOf(library: Library, query: LibraryQuery): FileListPage {
  return library[searchOf(query)] ?? { ...NEW, query };
}

export function reduce(library: Library, event: LibraryEvent): Library {
  switch (event.type) {
    case "loading":
      return patch(dropOldSearches(library, event.query), event.query, {
        ...staleFiles(listPageOf(library, event.query), listPageOf(library, event.shown)),
        status: "loading",
        failure: null,
      });
    case "loading_more":
      return patch(library, event.query, { status: "loading_more", failure: null });
    case "first_page":
      return patch(library, event.query, { status: "ready", ...event.page, placed: [], isStale: false });
    case "next_page":
      return patch(library, event.query, appendPage(listPageOf(library, event.query), event.cursor, event.page));
    case "failed":
      return patch(library, event.query, failPage(listPageOf(library, event.query), event.failure));
    case "put":
      return changeEveryPage(library, event.place);
    case "removed":
      return changeEveryPage(library, (listPage) => ({
        ...listPage,
        files: listPage.files.filter((file) => !event.file_ids.has(file.file_id)),
      }));
  }
}

function patch(library: Library, query: LibraryQuery, change: Partial<FileListPage>): Library {
  return { ...library, [searchOf(query)]: { ...listPageOf(library, query), ...change } };
}

/** Drop earlier searches: every typed letter is a search. */
function dropOldSearches(library: Library, query: LibraryQuery): Library {
  const pages = Object.entries(library).filter(([key, listPage]) => listPage.query.q === "" || key === searchOf(query));
  return Object.fromEntries(pages);
}

/** While a new search runs, show the files of the last one: otherwise the list would blink at each letter. */
function staleFiles(listPage: FileListPage, shown: FileListPage): Partial<FileListPage> {
  if (listPage.files.length > 0 || wordsApart(listPage.query) !== wordsApart(shown.query)) return {};
  return { files: shown.files, isStale: true };
}

function wordsApart(query: LibraryQuery): string {
  return searchOf({ ...query, q: "" });
}

function failPage(listPage: FileListPage, failure: ApiError): Partial<FileListPage> {
  return { status: "failed", failure, ...(listPage.isStale && { files: [], isStale: false }) };
}

/** Append a page. Drop it if the list was reloaded meanwhile. */
function appendPage({ files, placed, next_cursor }: FileListPage, cursor: string, page: FilePage): Partial<FileListPage> {
  if (next_cursor !== cursor) return {};
  const fresh = page.files.filter((file) => !placed.includes(file.file_id));
  return { status: "ready", files: [...files, ...fresh], next_cursor: page.next_cursor };
}

function changeEveryPage(library: Library, change: (listPage: FileListPage) => FileListPage): Library {
  return Object.fromEntries(Object.entries(library).map(([key, listPage]) => [key, change(listPage)]));
}
