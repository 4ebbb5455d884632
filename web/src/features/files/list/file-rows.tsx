/** The rows of the list. In a long list only rows near the screen are in the page. */
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { flushSync } from "react-dom";
import { ago } from "../../../lib/format";
import { isComposing, isTypedInto } from "../../../lib/keys";
import type { FileRecord } from "../../../lib/types";
import { useIsPhone, useIsTouched, useMediaQuery, useNow } from "../../../lib/use-browser";
import { useLanguage, words } from "../../../lib/words";
import { lazyPart } from "../../../ui/lazy-part";
import type { MenuPlace } from "../../../ui/menu";
import { FileRow, type RowVerbs } from "./file-row";
import type { RowGesturesProps } from "./row-gestures";
import type { RowMenuProps } from "./row-menu";
import type { RowsNear, RowWindowProps } from "./row-window";
import type { Selection } from "../select/use-selection";

export interface FileRowsProps extends Omit<RowVerbs, "onPlay" | "onPick" | "onMenu">, Pick<RowMenuProps, MenuVerb> {
  files: readonly FileRecord[];
  /** Whether the list is complete. */
  complete: boolean;
  /** The file in the player, and whether it plays. */
  currentId: string | null;
  playing: boolean;
  /** Whether delete is offered. */
  mayRemove: boolean;
  selection: Selection;
  /** Whether all files have the same mood. */
  oneMood: boolean;
  onPlay: (file: FileRecord, list: readonly FileRecord[]) => void;
}

type MenuVerb = "onPlayNext" | "onRadio" | "onSend" | "onCopyLink";

const A_MINUTE = 60_000;
/** Wide enough for four buttons beside a title. */
const NARROW = "(max-width: 900px)";
/** So many rows are drawn without a window. */
const SHORT_LIST = 100;

/** Without gestures every control of the rows still works. */
const RowGestures = lazyPart<RowGesturesProps>(() => import("./row-gestures"), { quiet: true });
const RowMenu = lazyPart<RowMenuProps>(() => import("./row-menu"), { close: ({ onClose }) => onClose() });
/** If it cannot be loaded, all rows are drawn: slower, but complete. */
const RowWindow = lazyPart<RowWindowProps>(() => import("./row-window"), { quiet: true });

/** A memo: not redrawn with every second of music. */
export const FileRows = memo(function FileRows(props: FileRowsProps) {
  const { files, complete, currentId, playing, selection, oneMood, onPlay, onRemove, onPlayNext, onRadio, onSend, onCopyLink, ...rest } = props;
  useLanguage();
  const compact = useIsPhone();
  const touched = useIsTouched();
  const narrow = useMediaQuery(NARROW);
  const fewKeys = narrow || touched;
  const now = useNow(A_MINUTE);
  const list = useRef<HTMLUListElement>(null);
  const shown = useRef(files);
  useLayoutEffect(() => {
    shown.current = files;
  }, [files]);
  const { indexes, rowHeight, rowWindow, setFocused } = useRowWindow(list, files.length);

  const { toggle, selectAll } = selection;
  useSelectAllKey(list, selectAll);
  const [menu, setMenu] = useState<Pick<RowMenuProps, "file" | "place"> | null>(null);
  const openMenu = useCallback((file: FileRecord, place: MenuPlace) => setMenu({ file, place }), []);
  const play = useCallback((file: FileRecord) => onPlay(file, shown.current), [onPlay]);

  /** Move the focus to the row that takes the removed row's place. */
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
              age={ageOf(files, index, now)}
              oneMood={oneMood}
              compact={compact}
              touched={touched}
              fewKeys={fewKeys}
              picking={selection.active}
              picked={selection.ids.has(file.file_id)}
              current={file.file_id === currentId}
              playing={playing && file.file_id === currentId}
              onPlay={play}
              onRemove={remove}
              onPick={toggle}
              onMenu={openMenu}
            />
          );
        })}
      </ul>
      {rowWindow}
      <RowGestures
        list={list}
        files={files}
        picking={selection.active}
        mayRemove={props.mayRemove}
        onMenu={openMenu}
        onPick={toggle}
        onFocus={setFocused}
        onQueue={props.onQueue}
        onRemove={remove}
      />
      {menu && (
        <RowMenu
          {...menu}
          {...rest}
          mayEdit={props.mayRemove}
          onPlayNext={onPlayNext}
          onRadio={onRadio}
          onSend={onSend}
          onCopyLink={onCopyLink}
          onSelect={(file) => toggle(file, false)}
          onRemove={remove}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  );
});

/** Ctrl+A, from the first moment on: a chunk loaded later would miss it, and the browser select the whole page. */
function useSelectAllKey(list: RefObject<HTMLUListElement | null>, onSelectAll: () => void): void {
  useEffect(() => {
    const rows = list.current;
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "a" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      if (isComposing(event) || isTypedInto(event.target)) return;
      event.preventDefault();
      onSelectAll();
    };
    rows?.addEventListener("keydown", listen);
    return () => rows?.removeEventListener("keydown", listen);
  }, [list, onSelectAll]);
}

/** Twenty rows need not say "just now" twenty times. */
function ageOf(files: readonly FileRecord[], index: number, now: Date): string {
  const [file, above] = [files[index], files[index - 1]];
  const age = file ? ago(file.confirmed_at, now) : "";
  return above && ago(above.confirmed_at, now) === age ? "" : age;
}

/** Return the indexes of the rows to draw; `rowHeight` is null while all are drawn. */
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
