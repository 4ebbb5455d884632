/** One file with its state: read when its page opens, edited only where nobody else was first. */
import { useCallback, useEffect, useState } from "react";
import { announce } from "../../lib/announce";
import { ApiError, asApiError, isAbort } from "../../lib/api-error";
import { inWords } from "../../lib/problem-words";
import { smallPicture } from "../../lib/small-picture";
import type { FileEdits, FileRecord } from "../../lib/types";
import { words } from "../../lib/words";
import { getFile, removeCover, setCover, type StatedFile } from "./api";
import { ChangedElsewhere, editStated } from "./edit-file";
import { edited } from "./edit-many";
import { titleOf } from "./file-kind";

export interface OneFile {
  /** Null until the service has answered. */
  stated: StatedFile | null;
  failure: ApiError | null;
  /** Shown at once; taken back, and said why, where it could not be made. */
  edit: (edits: FileEdits) => Promise<void>;
  /** A picture of any size; null takes the cover away. */
  setCover: (picture: Blob | null) => Promise<void>;
}

export function useFile(file_id: string, onPut: (file: FileRecord) => void): OneFile {
  const [stated, setStated] = useState<StatedFile | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);

  useEffect(() => {
    const stop = new AbortController();
    getFile(file_id, stop.signal).then(setStated, (error: unknown) => {
      if (!isAbort(error)) setFailure(asApiError(error));
    });
    return () => stop.abort();
  }, [file_id]);

  const show = useCallback(
    (next: StatedFile) => {
      setStated(next);
      onPut(next.file);
    },
    [onPut],
  );

  const edit = async (edits: FileEdits) => {
    if (!stated) return;
    show({ ...stated, file: edited(stated.file, edits) });
    try {
      show(await editStated(stated, edits));
      announce(words.edit.done(1), { shown: true });
    } catch (error) {
      const newer = error instanceof ChangedElsewhere ? error.newer : null;
      show(newer ?? stated);
      const title = titleOf(stated.file);
      const said = newer ? words.edit.changedElsewhere(1, title) : words.edit.failed(1, title, inWords(asApiError(error)).detail);
      announce(said, { shown: true });
    }
  };

  const changeCover = async (picture: Blob | null) => {
    if (!stated) return;
    try {
      if (picture) await setCover(file_id, await smallPicture(picture));
      else await removeCover(file_id);
      show(await getFile(file_id));
      announce(words.edit.done(1), { shown: true });
    } catch (error) {
      const reason = error instanceof ApiError ? inWords(error).detail : words.store.kinds.unreadable.detail;
      announce(words.edit.failed(1, titleOf(stated.file), reason), { shown: true });
    }
  };

  return { stated, failure, edit, setCover: changeCover };
}
