/** One file: read when its page opens; edits never overwrite somebody else's. */
import { useCallback, useEffect, useState } from "react";
import { announce } from "../../../lib/announce";
import { asApiError, isAbort, type ApiError } from "../../../lib/api-error";
import { inWords } from "../../../lib/problem-words";
import { titleOf } from "../../../lib/title-of";
import type { FileEdits, FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { renewSongs } from "../../device/renew-songs";
import { getFile } from "../api";
import { changeCover, coverFailure } from "../edit/change-cover";
import { ChangedElsewhere } from "../edit/edit-file";
import { EditQueue } from "../edit/edit-queue";

export interface OneFile {
  /** Null until the service has answered. */
  file: FileRecord | null;
  failure: ApiError | null;
  /** Show the edit at once; undo it with a reason if it fails. Resolves to false if it may be tried again. */
  edit: (edits: FileEdits) => Promise<boolean>;
  /** Takes a picture of any size; null removes the cover. */
  setCover: (picture: Blob | null) => Promise<void>;
  /** Read it again, after something was begun for it. */
  reload: () => void;
}

/** `listed`: the file as the list knows it, which may be the first to have news of it. */
export function useFile(file_id: string, listed: FileRecord | null, onPut: (file: FileRecord) => void): OneFile {
  const [file, setFile] = useState<FileRecord | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [queue] = useState(() => new EditQueue());

  useEffect(() => {
    const stop = new AbortController();
    const show = (read: FileRecord) => {
      renewSongs([read]);
      setFile(read);
    };
    getFile(file_id, stop.signal).then(show, (error: unknown) => {
      if (!isAbort(error)) setFailure(asApiError(error));
    });
    return () => stop.abort();
  }, [file_id]);

  const [before, setBefore] = useState(listed);
  if (listed !== before) {
    setBefore(listed);
    if (file && listed && listed.revision >= file.revision) setFile(listed);
  }

  const show = useCallback(
    (next: FileRecord) => {
      setFile(next);
      onPut(next);
    },
    [onPut],
  );

  const edit = async (edits: FileEdits) => {
    if (!file) return false;
    try {
      await queue.edit(file, edits, show);
      announce(words.edit.done(1), { shown: true });
      return true;
    } catch (error) {
      const title = titleOf(file);
      const isOver = error instanceof ChangedElsewhere || asApiError(error).status === 404;
      const failed = () => words.edit.failed(1, title, inWords(asApiError(error)).detail);
      const message = error instanceof ChangedElsewhere ? words.edit.changedElsewhere(1, title) : failed();
      announce(isOver ? message : `${message} ${words.edit.stays}`, { shown: true });
      return isOver;
    }
  };

  const setCover = async (picture: Blob | null) => {
    if (!file) return;
    try {
      show(await changeCover(file_id, picture));
      announce(words.edit.done(1), { shown: true });
    } catch (error) {
      announce(words.edit.failed(1, titleOf(file), coverFailure(error)), { shown: true });
    }
  };

  const reload = () => void getFile(file_id).then(show, () => undefined);

  return { file, failure, edit, setCover, reload };
}
