/** What fingers, the right button and the arrow keys do on rows beyond their controls. A chunk of its own, loaded a moment after the list. */
import { useEffectEvent, useLayoutEffect, useRef, type RefObject } from "react";
import { flushSync } from "react-dom";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { Icon } from "../../../ui/icon";
import type { MenuPlace } from "../../../ui/menu";
import { isPlayable } from "../file-kind";
import { listenToGestures, type ListGestures } from "./list-gestures";
import { listenToRowKeys } from "./row-keys";
import "./row-swipe.css";
import { listenToSwipes, type Swipes } from "./row-swipe";

export interface RowGesturesProps {
  list: RefObject<HTMLElement | null>;
  files: readonly FileRecord[];
  picking: boolean;
  mayRemove: boolean;
  onMenu: (file: FileRecord, place: MenuPlace) => void;
  onPick: (file: FileRecord, through: boolean) => void;
  onFocus: (index: number | null) => void;
  onQueue: (file: FileRecord) => void;
  onRemove: (file: FileRecord) => void;
}

export default function RowGestures(props: RowGesturesProps) {
  const { list, files, picking, mayRemove } = props;
  const strip = useRef<HTMLDivElement>(null);
  const onMenu = useEffectEvent<ListGestures["onMenu"]>((index, x, y) => {
    const file = files[index];
    if (!file) return;
    if (picking) props.onPick(file, false);
    else props.onMenu(file, { left: x, right: x, top: y, bottom: y });
  });
  const onFocus = useEffectEvent(props.onFocus);
  const countRows = useEffectEvent(() => files.length);
  const sidesOf = useEffectEvent<Swipes["sidesOf"]>((index) => {
    const file = files[index];
    return { queue: !picking && file !== undefined && isPlayable(file), remove: !picking && mayRemove };
  });
  const onSwipe = useEffectEvent<Swipes["onSwipe"]>((index, side) => {
    const file = files[index];
    if (file) (side === "queue" ? props.onQueue : props.onRemove)(file);
  });

  useLayoutEffect(() => {
    if (!list.current || !strip.current) return undefined;
    const stop = new AbortController();
    const gestures: ListGestures = {
      onMenu: (index, x, y) => onMenu(index, x, y),
      onFocus: (index) => onFocus(index),
    };
    const swipes: Swipes = { sidesOf: (index) => sidesOf(index), onSwipe: (index, side) => onSwipe(index, side) };
    listenToGestures(list.current, gestures, stop.signal);
    // The row of the focus is in the page, wherever the list is.
    listenToRowKeys(list.current, { count: () => countRows(), draw: (index) => flushSync(() => onFocus(index)) }, stop.signal);
    listenToSwipes(list.current, strip.current, swipes, stop.signal);
    return () => stop.abort();
  }, [list]);

  return (
    <div ref={strip} className="swipe-strip" aria-hidden="true" hidden>
      <span className="swipe-side" data-side="queue">
        <Icon name="enqueue" />
        {words.player.queue.addLast}
      </span>
      <span className="swipe-side" data-side="remove">
        {words.files.actions.remove}
        <Icon name="trash" />
      </span>
    </div>
  );
}
