/** The rows of the list. Of a long one only those near the screen are in the page. */
import { memo, useCallback, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { flushSync } from "react-dom";
import type { FileRecord } from "../../../lib/types";
import { useIsPhone, useIsTouched, useNow } from "../../../lib/use-browser";
import { useLanguage, words } from "../../../lib/words";
import { lazyPart } from "../../../ui/lazy-part";
import { FileRow, type RowVerbs } from "./file-row";
import type { RowsNear, RowWindowProps } from "./row-window";
import { useListGestures } from "./use-list-gestures";
import type { Selection } from "../select/use-selection";

export interface FileRowsProps extends Omit<RowVerbs, "onPlay" | "onPick"> {
  files: readonly FileRecord[];
  /** Whether these are all. */
  complete: boolean;
  /** The song in the player, and whether it sounds. */
  currentId: string | null;
  playing: boolean;
  /** Whether delete is offered. */
  mayRemove: boolean;
  selection: Selection;
  onPlay: (file: FileRecord, list: readonly FileRecord[]) => void;
}

const A_MINUTE = 60_000;
/** Rows that any browser draws at once. */
const SHORT_LIST = 100;

/** Where it cannot be had, all rows are drawn: slower, and still all there. */
const RowWindow = lazyPart<RowWindowProps>(() => import("./row-window"), { quiet: true });

/** Not drawn again with every second of music. */
export const FileRows = memo(function FileRows(props: FileRowsProps) {
  const { files, complete, currentId, playing, selection, onPlay, onRemove, ...rest } = props;
  useLanguage();
  const compact = useIsPhone();
  const touched = useIsTouched();
  const fewKeys = compact || touched;
  const now = useNow(A_MINUTE);
  const list = useRef<HTMLUListElement>(null);
  const shown = useRef(files);
  useLayoutEffect(() => {
    shown.current = files;
  }, [files]);
  const { indexes, rowHeight, rowWindow, setFocused } = useRowWindow(list, files.length);

  const { toggle, selectAll } = selection;
  useListGestures(list, {
    onLongPress(index) {
      const file = files[index];
      if (file) toggle(file, false);
    },
    onSelectAll: selectAll,
    onFocus: setFocused,
  });
  const play = useCallback((file: FileRecord) => onPlay(file, shown.current), [onPlay]);

  /** Focus goes on to the row that takes the place of the one removed. */
  const remove = useCallback(
    (file: FileRecord) => {
      const index = Math.min(shown.current.indexOf(file), shown.current.length - 2);
      flushSync(() => onRemove(file));
      list.current?.querySelector<HTMLElement>(`[aria-posinset="${index + 1}"] .file-play`)?.focus();
    },
    [onRemove],
  );

  return (
    <>
      <ul
        ref={list}
        className="file-list"
        data-picking={selection.active || undefined}
        data-few-keys={fewKeys || undefined}
        aria-label={words.files.label}
        style={rowHeight === null ? undefined : { blockSize: files.length * rowHeight }}
      >
        {indexes.map((index) => {
          const file = files[index];
          return file && (
            <FileRow
              key={file.file_id}
              {...rest}
              file={file}
              position={index + 1}
              of={complete ? files.length : -1}
              top={rowHeight === null ? null : index * rowHeight}
              now={now}
              compact={compact}
              fewKeys={fewKeys}
              picking={selection.active}
              picked={selection.ids.has(file.file_id)}
              current={file.file_id === currentId}
              playing={playing && file.file_id === currentId}
              onPlay={play}
              onRemove={remove}
              onPick={toggle}
            />
          );
        })}
      </ul>
      {rowWindow}
    </>
  );
});

/** The rows to draw by their numbers; `rowHeight` is null while that is all of them. */
function useRowWindow(list: RefObject<HTMLUListElement | null>, count: number) {
  const [near, setNear] = useState<RowsNear | null>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const long = count > SHORT_LIST;
  return {
    indexes: long && near ? near.indexes : [...Array.from({ length: count }).keys()],
    rowHeight: long && near ? near.rowHeight : null,
    setFocused,
    rowWindow: long && <RowWindow list={list} count={count} focused={focused} onChange={setNear} />,
  };
}
