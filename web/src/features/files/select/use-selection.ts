/** Which files are selected, to act on all of them. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { isEscape } from "../../../lib/keys";
import type { FileRecord } from "../../../lib/types";
import type { LibraryQuery } from "../list/library-query";

export interface Selection {
  /** Whether the list is in selection mode. */
  active: boolean;
  ids: ReadonlySet<string>;
  /** Select or deselect a file; `through`: also all files between it and the previous one. */
  toggle: (file: FileRecord, through: boolean) => void;
  selectAll: () => void;
  /** Start selecting, with no file selected. */
  begin: () => void;
  end: () => void;
}

interface State {
  query: LibraryQuery;
  active: boolean;
  ids: ReadonlySet<string>;
  anchor: string | null;
}

/** A new query clears the selection: nobody acts on files they no longer see. */
export function useSelection(files: readonly FileRecord[], query: LibraryQuery): Selection {
  const [state, setState] = useState<State>(() => nothing(query));
  const shown = useRef(files);
  useLayoutEffect(() => {
    shown.current = files;
  }, [files]);
  if (state.query !== query) setState(nothing(query));

  const verbs = useMemo(
    () => ({
      toggle(file: FileRecord, through: boolean) {
        setState((before) => toggleFile(before, shown.current, file, through));
      },
      selectAll() {
        const ids = new Set(shown.current.map((file) => file.file_id));
        setState((before) => ({ ...before, active: true, ids }));
      },
      begin: () => setState((before) => ({ ...before, active: true })),
      end: () => setState((before) => nothing(before.query)),
    }),
    [],
  );
  useEscape(state.active, verbs.end);
  return { active: state.active, ids: state.ids, ...verbs };
}

const nothing = (query: LibraryQuery): State => ({ query, active: false, ids: new Set(), anchor: null });

/** Deselecting the last file ends selection mode. */
function toggleFile(before: State, files: readonly FileRecord[], { file_id }: FileRecord, through: boolean): State {
  const ids = new Set(before.ids);
  if (through && before.anchor !== null) for (const id of between(files, before.anchor, file_id)) ids.add(id);
  else if (!ids.delete(file_id)) ids.add(file_id);
  return { ...before, active: ids.size > 0, ids, anchor: file_id };
}

function between(files: readonly FileRecord[], one: string, other: string): string[] {
  const ends = [one, other].map((id) => files.findIndex((file) => file.file_id === id));
  return files.slice(Math.min(...ends), Math.max(...ends) + 1).map((file) => file.file_id);
}

function useEscape(active: boolean, onEscape: () => void): void {
  const listen = useCallback(
    (event: KeyboardEvent) => {
      // In a select menu Escape closes the menu.
      const isChoosing = event.target instanceof HTMLSelectElement;
      if (isEscape(event) && !isChoosing && !document.querySelector("dialog[open]")) onEscape();
    },
    [onEscape],
  );
  useEffect(() => {
    if (!active) return undefined;
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [active, listen]);
}
