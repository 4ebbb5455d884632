import { fireEvent } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listenToRowKeys } from "./row-keys";

const COUNT = 4;
const draw = vi.fn<(index: number) => void>();
const stop = new AbortController();

beforeEach(() => {
  const list = document.createElement("ul");
  for (let position = 1; position <= COUNT; position += 1) {
    const row = document.createElement("li");
    row.className = "file-row";
    row.tabIndex = -1;
    row.setAttribute("aria-posinset", String(position));
    row.innerHTML = `<label class="file-pick"><input type="checkbox"></label><button class="file-play"></button>
      <p class="file-title"><a href="#x"></a></p>${position === 2 ? "" : '<p class="file-artist"><a href="#x"></a></p>'}`;
    list.append(row);
  }
  document.body.replaceChildren(list);
  draw.mockClear();
  listenToRowKeys(list, { count: () => COUNT, draw }, stop.signal);
});

afterEach(() => document.body.replaceChildren());

const control = (position: number, selector: string) => document.querySelector<HTMLElement>(`[aria-posinset="${position}"] ${selector}`);

/** Press a key on a control; return the position of the row that has the focus, and what of it. */
function press(position: number, selector: string, key: string, more: KeyboardEventInit = {}) {
  const from = control(position, selector);
  from?.focus();
  if (from) fireEvent.keyDown(from, { key, ...more });
  const { activeElement } = document;
  return [activeElement?.closest(".file-row")?.getAttribute("aria-posinset"), activeElement?.tagName];
}

test.each([
  [2, "ArrowDown", "3"],
  [2, "ArrowUp", "1"],
  [2, "End", "4"],
  [3, "Home", "1"],
  [1, "ArrowUp", "1"],
  [4, "ArrowDown", "4"],
  [2, "ArrowRight", "2"],
])("from row %d, %s leads to row %s", (from, key, to) => {
  expect(press(from, ".file-play", key)).toEqual([to, "BUTTON"]);
});

test.each([
  [".file-pick input", "INPUT"],
  [".file-title a", "A"],
  [".file-artist a", "BUTTON"],
])("from %s to the like of it, else to the key that plays", (selector, tag) => {
  expect(press(1, selector, "ArrowDown")).toEqual(["2", tag]);
  expect(draw).toHaveBeenCalledExactlyOnceWith(1);
});

test("a key that is held with another belongs to the browser", () => {
  expect(press(1, ".file-play", "End", { ctrlKey: true })).toEqual(["1", "BUTTON"]);
});
