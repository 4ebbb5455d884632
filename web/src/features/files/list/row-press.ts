/** A row as a whole: a tap plays it, and so do a double click and Enter. Its own controls do what they say. */
import type { KeyboardEvent, MouseEvent } from "react";
import type { FileRowProps } from "./file-row";

type Row = HTMLLIElement;
type Pressed = Pick<FileRowProps, "file" | "picking" | "onPlay" | "onPick">;

export function rowPress({ file, picking, onPlay, onPick }: Pressed) {
  /** While rows are being chosen, a press chooses. */
  const press = () => (picking ? onPick(file, false) : onPlay(file));
  return {
    /** The title leads to the song's page, but for a finger it is part of the row. */
    onClickCapture(event: MouseEvent<Row>) {
      if (!isTap(event) || isOn("button, label", event)) return;
      event.preventDefault();
      event.stopPropagation();
      press();
    },
    onDoubleClick(event: MouseEvent<Row>) {
      if (!isTap(event) && !isOn("a, button, label", event)) press();
    },
    /** The second click would mark a word. */
    onMouseDown(event: MouseEvent<Row>) {
      if (event.detail > 1) event.preventDefault();
    },
    onKeyDown(event: KeyboardEvent<Row>) {
      if (event.key === "Enter" && event.target === event.currentTarget) press();
    },
  };
}

/** Where a click does not tell what pressed, the device decides. A key's press has no `detail`. */
function isTap({ nativeEvent, detail }: MouseEvent): boolean {
  if ("pointerType" in nativeEvent) return nativeEvent.pointerType === "touch" || nativeEvent.pointerType === "pen";
  return detail > 0 && globalThis.matchMedia("(pointer: coarse)").matches;
}

function isOn(controls: string, { target }: MouseEvent): boolean {
  return target instanceof Element && target.closest(controls) !== null;
}
