/** The files as covers, in a grid. A chunk of its own. */
import { useCallback, useLayoutEffect, useRef, useState, type CSSProperties, type MouseEvent, type RefObject } from "react";
import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { coverOf } from "../../../lib/cover-of";
import { moodHue } from "../../../lib/moods";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { useLanguage, words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";
import { Cover } from "../../../ui/cover";
import { Icon } from "../../../ui/icon";
import type { MenuPlace } from "../../../ui/menu";
import { iconOf, isPlayable, kindOf } from "../file-kind";
import { FileLink } from "./file-link";
import type { FileRowsProps } from "./file-rows";
import RowMenu, { type RowMenuProps } from "./row-menu";
import "./tiles.css";
import { useTileFocus } from "./use-tile-focus";

/** CSS pixels. Keep in step with the CSS. */
const TILE = 180;
const GAP = 20;
const WORDS = 76;
const OVERSCAN = 3;

export default function FileTiles(props: FileRowsProps) {
  const { files, complete, selection, mayRemove, onPlay } = props;
  useLanguage();
  const list = useRef<HTMLUListElement>(null);
  const { top, width } = usePlace(list);
  const columns = Math.max(2, Math.floor((width + GAP) / (TILE + GAP)));
  const tile = (width - GAP * (columns - 1)) / columns;
  const count = Math.ceil(files.length / columns);
  const focus = useTileFocus(columns, files.length);
  const focusedRow = files.length > 0 ? Math.floor(focus.current / columns) : null;
  // oxlint-disable-next-line react/incompatible-library -- read while drawing only
  const rows = useWindowVirtualizer({ count, estimateSize: () => tile + WORDS, overscan: OVERSCAN, scrollMargin: top, enabled: width > 0, rangeExtractor: (range) => withRow(defaultRangeExtractor(range), focusedRow) });
  useLayoutEffect(() => rows.measure(), [rows, tile]);
  const [menu, setMenu] = useState<Pick<RowMenuProps, "file" | "place"> | null>(null);
  const openMenu = useCallback((file: FileRecord, place: MenuPlace) => setMenu({ file, place }), []);

  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- hears the keys of its covers */}
      <ul
        ref={list}
        className="file-tiles"
        aria-label={words.files.label}
        style={{ blockSize: count * (tile + WORDS) }}
        onFocus={focus.onFocus}
        onKeyDown={focus.onKeyDown}
      >
        {rows.getVirtualItems().flatMap((row) =>
          files.slice(row.index * columns, (row.index + 1) * columns).map((file, column) => (
            <Tile
              key={file.file_id}
              {...props}
              file={file}
              position={row.index * columns + column + 1}
              of={complete ? files.length : -1}
              reached={row.index * columns + column === focus.current}
              style={{
                position: "absolute",
                insetBlockStart: row.index * (tile + WORDS),
                insetInlineStart: column * (tile + GAP),
                inlineSize: tile,
              }}
              onPress={() => (selection.active ? selection.toggle(file, false) : file.threat ? props.onOpen(file.file_id) : onPlay(file, files))}
              onMenu={openMenu}
            />
          )),
        )}
      </ul>
      {menu && (
        <RowMenu
          {...menu}
          mayEdit={mayRemove}
          onPlayNext={props.onPlayNext}
          onQueue={props.onQueue}
          onRadio={props.onRadio}
          onOpen={props.onOpen}
          onDownload={props.onDownload}
          onCopyLink={props.onCopyLink}
          onSend={props.onSend}
          onSelect={(file) => selection.toggle(file, false)}
          onRemove={props.onRemove}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  );
}

interface TileProps extends Pick<FileRowsProps, "currentId" | "playing" | "selection" | "addressOf" | "onOpen"> {
  file: FileRecord;
  position: number;
  of: number;
  /** By the Tab key: the others are reached by the arrow keys. */
  reached: boolean;
  style: CSSProperties;
  onPress: () => void;
  onMenu: (file: FileRecord, place: MenuPlace) => void;
}

function Tile({ file, position, of, reached, style, currentId, playing, selection, addressOf, onOpen, onPress, onMenu }: TileProps) {
  const title = titleOf(file);
  const icon = iconOf(kindOf(file));
  const current = file.file_id === currentId;
  const picked = selection.ids.has(file.file_id);
  const verb = playing && current ? "pause" : isPlayable(file) ? "play" : "open";
  const tabIndex = reached ? 0 : -1;
  const label = selection.active ? words.select.one(title) : words.files[verb](title);
  const openAtPointer = (event: MouseEvent) => {
    event.preventDefault();
    onMenu(file, { left: event.clientX, right: event.clientX, top: event.clientY, bottom: event.clientY });
  };
  return (
    <li
      className="cover-tile"
      data-hue={moodHue(file.mood ?? "other")}
      data-current={current || undefined}
      data-picked={picked || undefined}
      aria-posinset={position}
      aria-setsize={of}
      style={style}
    >
      <button type="button" className="cover-tile-play" tabIndex={tabIndex} aria-label={label} aria-pressed={selection.active ? picked : undefined} title={label} onClick={onPress} onContextMenu={openAtPointer}>
        <Cover {...coverOf(file, 320)} moving={playing && current}>
          {icon && <Icon name={icon} size={40} />}
        </Cover>
      </button>
      <div className="cover-tile-foot">
        <div className="cover-tile-words">
          <span className="cover-tile-title ellipsis" dir="auto">
            <FileLink file_id={file.file_id} tabIndex={tabIndex} addressOf={addressOf} onOpen={onOpen}>
              {title}
            </FileLink>
          </span>
          <span className="cover-tile-line ellipsis soft" dir="auto">
            {file.artist ?? "\u00A0"}
          </span>
        </div>
        <IconButton icon="more" label={words.files.more(title)} aria-haspopup="menu" tabIndex={tabIndex} onClick={(event) => onMenu(file, event.currentTarget.getBoundingClientRect())} />
      </div>
    </li>
  );
}

/** The row of the focus is drawn wherever it is: what goes away loses the focus. */
function withRow(drawn: readonly number[], row: number | null): number[] {
  return [...new Set([...drawn, ...(row === null ? [] : [row])])].toSorted((one, other) => one - other);
}

/** Measure where the grid begins, in CSS pixels from the top of the page, and how wide it is. */
function usePlace(list: RefObject<HTMLElement | null>) {
  const [place, setPlace] = useState({ top: 0, width: 0 });
  useLayoutEffect(() => {
    const measure = () => {
      if (!list.current) return;
      const { top, width } = list.current.getBoundingClientRect();
      const next = { top: top + globalThis.scrollY, width };
      setPlace((before) => (before.top === next.top && before.width === next.width ? before : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [list]);
  return place;
}
