/** The library of one mood at a time: loads it, pages it, and keeps it true after uploads and deletes. */
import { useCallback, useEffect, useReducer, useState } from "react";
import { asApiError, isAbort } from "../../lib/api-error";
import type { MoodFilter } from "../../lib/moods";
import type { FileRecord, MoodCount } from "../../lib/types";
import { countMoods, deleteFile, listFiles } from "./api";
import { reduce, shelfOf, type Shelf } from "./library-state";

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
  const [round, setRound] = useState(0);
  const { moods, recount } = useMoodCounts(round);
  const shelf = shelfOf(library, mood);

  useEffect(() => {
    const stop = new AbortController();
    dispatch({ type: "loading", mood });
    listFiles(mood, null, stop.signal).then(
      (page) => dispatch({ type: "first_page", mood, page }),
      (error: unknown) => {
        if (!isAbort(error)) dispatch({ type: "failed", mood, failure: asApiError(error) });
      },
    );
    return () => stop.abort();
  }, [mood, round]);

  const { status, next_cursor } = shelf;
  const showMore = useCallback(() => {
    if (next_cursor === null || status === "loading_more" || status === "loading") return;
    dispatch({ type: "loading_more", mood });
    listFiles(mood, next_cursor, new AbortController().signal).then(
      (page) => dispatch({ type: "next_page", mood, page }),
      (error: unknown) => dispatch({ type: "failed", mood, failure: asApiError(error) }),
    );
  }, [mood, next_cursor, status]);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  const add = useCallback(
    (file: FileRecord) => {
      dispatch({ type: "added", file });
      recount();
    },
    [recount],
  );
  const remove = useCallback(
    async (file: FileRecord) => {
      await deleteFile(file.file_id);
      dispatch({ type: "removed", file_id: file.file_id });
      recount();
    },
    [recount],
  );

  return { shelf, moods, reload, showMore, add, remove };
}

/** The counts are a comfort: when they cannot be had, the page does without. */
function useMoodCounts(round: number) {
  const [moods, setMoods] = useState<readonly MoodCount[] | null>(null);
  const [asked, setAsked] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    countMoods(stop.signal).then(setMoods, () => undefined);
    return () => stop.abort();
  }, [round, asked]);

  const recount = useCallback(() => setAsked((before) => before + 1), []);
  return { moods, recount };
}
