/** Presses on a row as a whole: a tap, a double click and Enter play it. Its own controls keep their meaning. */
import type { KeyboardEvent, MouseEvent } from "react";
import type { FileRowProps } from "./file-row";

type Row = HTMLLIElement;
type Pressed = Pick<FileRowProps, "file" | "picking" | "onPlay" | "onPick">;

export function rowPress({ file, picking, onPlay, onPick }: Pressed) {
  /** While rows are being selected, a press selects. */
  const press = () => (picking ? onPick(file, false) : onPlay(file));
  return {
    /** The title is a link to the file's page; for a finger it is part of the row. */
    onClickCapture(event: MouseEvent<Row>) {
      if (!isTap(event) || isOn("button, label", event)) return;
      event.preventDefault();
      event.stopPropagation();
      press();
    },
    onDoubleClick(event: MouseEvent<Row>) {
      if (!isTap(event) && !isOn("a, button, label", event)) press();
    },
    /** A second click would select a word. */
    onMouseDown(event: MouseEvent<Row>) {
      if (event.detail > 1) event.preventDefault();
    },
    onKeyDown(event: KeyboardEvent<Row>) {
      if (event.key === "Enter" && event.target === event.currentTarget) press();
    },
  };
}

/** If the click does not say what pressed, the device decides. A key press has no `detail`. */
function isTap({ nativeEvent, detail }: MouseEvent): boolean {
  if ("pointerType" in nativeEvent) return nativeEvent.pointerType === "touch" || nativeEvent.pointerType === "pen";
  return detail > 0 && globalThis.matchMedia("(pointer: coarse)").matches;
}

function isOn(controls: string, { target }: MouseEvent): boolean {
  return target instanceof Element && target.closest(controls) !== null;
}
