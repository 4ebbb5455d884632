/** Deletions that can be undone: rows disappear at once, the service is called a little later. */
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from "react";
import { announce } from "../../../lib/announce";
import { asApiError, type ApiError } from "../../../lib/api-error";
import { allOf } from "../../../lib/all-of";
import { inWords } from "../../../lib/problem-words";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord, MoodCount } from "../../../lib/types";
import { words } from "../../../lib/words";
import { deleteFile } from "../api";
import { useUndoKey } from "./use-undo-key";

export interface Removals {
  /** Deletions that can still be undone. */
  pending: readonly FileRecord[];
  /** Ids that are not to be listed. */
  hidden: ReadonlySet<string>;
  remove: (files: readonly FileRecord[]) => void;
  undo: () => void;
  /** Delete the pending files now. Resolves once the service has answered. */
  deleteNow: () => Promise<void>;
}

/** `onGone` is called with the ids that the service has deleted. */
export function useRemovals(onGone: (file_ids: ReadonlySet<string>) => void): Removals {
  const [pending, setPending] = useState<readonly FileRecord[]>(NONE);
  const [leaving, setLeaving] = useState<readonly FileRecord[]>(NONE);

  const remove = useCallback((files: readonly FileRecord[]) => {
    setPending((before) => [...before, ...files]);
    announce(`${words.removal.shown(files.length, files[0] ? titleOf(files[0]) : "")} ${words.removal.hint}`);
  }, []);

  const undo = useCallback(() => {
    setPending(NONE);
    announce(words.removal.undone);
  }, []);

  useUndoKey(pending.length > 0, undo);

  const deletePending = async (pageLeaves: boolean) => {
    if (pending.length === 0) return;
    setPending(NONE);
    setLeaving((before) => [...before, ...pending]);
    const outcomes = await allOf(pending, (file) => deleteOne(file, pageLeaves), pageLeaves ? pending.length : AT_ONCE);
    const failed = outcomes.filter((outcome) => outcome.failure !== null);
    onGone(idsOf(outcomes.filter((outcome) => outcome.failure === null).map((outcome) => outcome.file)));
    setLeaving((before) => before.filter((file) => !pending.includes(file)));
    const [first] = failed;
    if (first?.failure) announce(words.removal.failed(failed.length, titleOf(first.file), inWords(first.failure).detail), { shown: true });
  };

  const leave = useEffectEvent(() => void deletePending(true));
  useEffect(() => {
    const listen = () => leave();
    globalThis.addEventListener("pagehide", listen);
    return () => globalThis.removeEventListener("pagehide", listen);
  }, []);

  const hidden = useMemo(() => idsOf([...pending, ...leaving]), [pending, leaving]);
  return { pending, hidden, remove, undo, deleteNow: () => deletePending(false) };
}

/** Return the counts without the files that are about to be deleted. */
export function subtractCounts(counts: readonly MoodCount[] | null, gone: readonly FileRecord[]): readonly MoodCount[] | null {
  if (counts === null || gone.length === 0) return counts;
  return counts.map(({ mood, files }) => ({ mood, files: files - gone.filter((file) => file.mood === mood).length }));
}

const NONE: readonly FileRecord[] = [];
/** Requests at a time. */
const AT_ONCE = 4;

const idsOf = (files: readonly FileRecord[]) => new Set(files.map((file) => file.file_id));

interface Outcome {
  file: FileRecord;
  /** Null if the file is deleted. */
  failure: ApiError | null;
}

async function deleteOne(file: FileRecord, pageLeaves: boolean): Promise<Outcome> {
  try {
    await deleteFile(file.file_id, pageLeaves);
  } catch (error) {
    const failure = asApiError(error);
    // Somebody else deleted it first: that is just as good.
    if (failure.status !== 404) return { file, failure };
  }
  return { file, failure: null };
}
