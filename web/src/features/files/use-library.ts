/** The library of one mood at a time: loads it, pages it, and keeps it true after uploads and deletes. */
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { asApiError, isAbort } from "../../lib/api-error";
import type { MoodFilter } from "../../lib/moods";
import type { FileRecord, MoodCount } from "../../lib/types";
import { countMoods, deleteFile, listFiles } from "./api";
import { reduce, shelfOf, type LibraryEvent, type Shelf } from "./library-state";

export interface LibraryView {
  shelf: Shelf;
  /** Null until they are known. */
  moods: readonly MoodCount[] | null;
  reload: () => void;
  showMore: () => void;
  add: (file: FileRecord) => void;
  /** Rejects with ApiError when the service did not delete it. */
  remove: (file: FileRecord) => Promise<void>;
}

export function useLibrary(mood: MoodFilter): LibraryView {
  const [library, dispatch] = useReducer(reduce, {});
  const { moods, recount } = useMoodCounts();
  const shelf = shelfOf(library, mood);

  const load = useCallback(
    (cursor: string | null, signal: AbortSignal) => {
      const fresh = cursor === null;
      dispatch({ type: fresh ? "loading" : "loading_more", mood });
      listFiles(mood, cursor, signal).then(
        (page) => dispatch({ type: fresh ? "first_page" : "next_page", mood, page }),
        (error: unknown) => {
          if (!isAbort(error)) dispatch({ type: "failed", mood, failure: asApiError(error) });
        },
      );
    },
    [mood],
  );

  useEffect(() => {
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
  const add = useCallback((file: FileRecord) => changed({ type: "added", file }), [changed]);
  const remove = useCallback(
    async (file: FileRecord) => {
      await deleteFile(file.file_id);
      changed({ type: "removed", file_id: file.file_id });
    },
    [changed],
  );

  return {
    shelf,
    moods,
    reload() {
      load(null, NEVER);
      recount();
    },
    showMore() {
      const { next_cursor, status } = shelf;
      if (next_cursor !== null && status !== "loading_more" && status !== "loading") load(next_cursor, NEVER);
    },
    add,
    remove,
  };
}

/** A late answer is not lost: it goes to the shelf of its own mood. */
const NEVER = new AbortController().signal;

/** Songs come in by the dozen; one question answers for all of them. */
const RECOUNT_MS = 200;

/** The counts are a comfort: when they cannot be had, the page does without. */
function useMoodCounts() {
  const [moods, setMoods] = useState<readonly MoodCount[] | null>(null);
  const waiting = useRef(false);
  const count = useCallback(() => {
    waiting.current = false;
    countMoods().then(setMoods, () => undefined);
  }, []);

  useEffect(count, [count]);

  const recount = useCallback(() => {
    if (waiting.current) return;
    waiting.current = true;
    setTimeout(count, RECOUNT_MS);
  }, [count]);

  return { moods, recount };
}
