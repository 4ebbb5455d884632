/** The library of one query at a time: loads it page by page and keeps it up to date after uploads, edits and deletions. */
import { useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState } from "react";
import { asApiError, isAbort } from "../../../lib/api-error";
import { loadPart } from "../../../lib/stale";
import type { FileRecord, MoodCount } from "../../../lib/types";
import { renewSongs } from "../../device/renew-songs";
import { countMoods, listFiles } from "../api";
import { EVERYTHING, type LibraryQuery } from "./library-query";
import { reduce, listPageOf, type LibraryEvent, type FileListPage } from "./library-state";

export interface LibraryView {
  listPage: FileListPage;
  /** Null until known. */
  moods: readonly MoodCount[] | null;
  /** How many files match; null until known. */
  total: number | null;
  reload: () => void;
  showMore: () => void;
  /** Load ahead what `put` needs, so that a new file is listed at once. */
  preparePut: () => void;
  /** Add or replace a file. */
  put: (file: FileRecord) => void;
  /** Drop files that the service has deleted. */
  forget: (file_ids: ReadonlySet<string>) => void;
}

const loadPlacing = () => import("./place-file");
// Only a head start: `put` tries again.
const preparePut = () => void loadPlacing().catch(() => undefined);

/** `query` must stay the same object while its contents are the same. */
export function useLibrary(query: LibraryQuery): LibraryView {
  const [library, dispatch] = useReducer(reduce, {});
  const { moods, total, recount } = useMoodCounts(query);
  const shown = useRef(query);
  const listPage = listPageOf(library, query);

  const load = useCallback(
    (cursor: string | null, signal: AbortSignal) => {
      if (cursor === null) dispatch({ type: "loading", query, shown: shown.current });
      else dispatch({ type: "loading_more", query });
      shown.current = query;
      listFiles(query, cursor, signal).then(
        (page) => {
          renewSongs(page.files);
          dispatch(cursor === null ? { type: "first_page", query, page } : { type: "next_page", query, cursor, page });
        },
        (error: unknown) => {
          if (!isAbort(error)) dispatch({ type: "failed", query, failure: asApiError(error) });
        },
      );
    },
    [query],
  );

  // Before the browser paints: otherwise the list would blink between two searches.
  useLayoutEffect(() => {
    const stop = new AbortController();
    load(null, stop.signal);
    return () => stop.abort();
  }, [load]);

  const changed = useCallback(
    (event: LibraryEvent) => {
      dispatch(event);
      recount();
    },
    [recount],
  );

  return {
    listPage,
    moods,
    total,
    reload() {
      load(null, NEVER);
      recount();
    },
    showMore() {
      const { next_cursor, status } = listPage;
      if (next_cursor !== null && status !== "loading_more" && status !== "loading") load(next_cursor, NEVER);
    },
    preparePut,
    put: useCallback(
      (file) => {
        renewSongs([file]);
        void loadPart(loadPlacing).then(
          ({ withFile }) => changed({ type: "put", place: (page) => withFile(page, file) }),
          // The service knows its place too.
          () => load(null, NEVER),
        );
      },
      [changed, load],
    ),
    forget: useCallback((file_ids) => changed({ type: "removed", file_ids }), [changed]),
  };
}

/** A late answer is not lost: it goes to the page of its own query. */
const NEVER = new AbortController().signal;

/** Files arrive by the dozen; one recount serves all of them. */
const RECOUNT_MS = 200;

/** The counts are optional: if they cannot be loaded, the page shows none. */
function useMoodCounts({ q, kind, artist, album, mood }: LibraryQuery) {
  const [counts, setCounts] = useState<Awaited<ReturnType<typeof countMoods>> | null>(null);
  const waiting = useRef(false);
  const latest = useRef(0);
  const count = useCallback(() => {
    waiting.current = false;
    latest.current += 1;
    const asked = latest.current;
    const show = (answer: Awaited<ReturnType<typeof countMoods>>) => asked === latest.current && setCounts(answer);
    countMoods({ ...EVERYTHING, q, kind, artist, album }).then(show, () => undefined);
  }, [q, kind, artist, album]);

  useEffect(count, [count]);

  const recount = useCallback(() => {
    if (waiting.current) return;
    waiting.current = true;
    setTimeout(count, RECOUNT_MS);
  }, [count]);

  const moods = counts?.moods ?? null;
  const total = mood === null ? counts?.files : moods?.find((one) => one.mood === mood)?.files;
  return { moods, total: total ?? null, recount };
}
