import { fireEvent } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listenToGestures } from "./list-gestures";

const A_SECOND = 1000;
const stop = new AbortController();
const onMenu = vi.fn<(index: number, x: number, y: number) => void>();
const onClick = vi.fn<() => void>();
let row: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers();
  const list = document.createElement("ul");
  row = document.createElement("li");
  row.className = "file-row";
  row.setAttribute("aria-posinset", "3");
  row.addEventListener("click", onClick);
  list.append(row);
  document.body.replaceChildren(list);
  listenToGestures(list, { onMenu, onFocus: () => undefined }, stop.signal);
});

afterEach(() => {
  vi.advanceTimersByTime(2 * A_SECOND);
  vi.useRealTimers();
  vi.clearAllMocks();
  document.body.replaceChildren();
});

function pointer(type: string) {
  fireEvent(row, new PointerEvent(type, { bubbles: true, pointerType: "touch", clientX: 5, clientY: 7 }));
}

function longPress() {
  pointer("pointerdown");
  vi.advanceTimersByTime(A_SECOND);
  pointer("pointerup");
}

test("a long press opens the menu, and the click of lifting the finger presses nothing, however late", () => {
  longPress();
  expect(onMenu).toHaveBeenCalledExactlyOnceWith(2, 5, 7);
  vi.advanceTimersByTime(A_SECOND / 2);
  fireEvent.click(row);
  expect(onClick).not.toHaveBeenCalled();

  fireEvent.click(row);
  expect(onClick).toHaveBeenCalledOnce();
});

test.each(["pointerdown", "keydown"])("a click after the next %s is meant", (type) => {
  longPress();
  fireEvent(row, new Event(type, { bubbles: true }));
  fireEvent.click(row);
  expect(onClick).toHaveBeenCalledOnce();
});

test("so is one without a press, as of a screen reader, a moment later", () => {
  longPress();
  vi.advanceTimersByTime(A_SECOND);
  fireEvent.click(row);
  expect(onClick).toHaveBeenCalledOnce();
});
