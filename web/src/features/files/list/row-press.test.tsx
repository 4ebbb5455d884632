import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { aFile } from "../../../testing/builders";
import type { FileRowProps } from "./file-row";
import { rowPress } from "./row-press";

function draw({ picking = false } = {}) {
  const on = { onPlay: vi.fn<FileRowProps["onPlay"]>(), onPick: vi.fn<FileRowProps["onPick"]>(), onOpen: vi.fn<() => void>() };
  render(
    <ul>
      <li tabIndex={-1} data-testid="row" {...rowPress({ file: aFile(), picking, ...on })}>
        <button type="button">Queue</button>
        <a href="/files/1" onClick={(event) => { event.preventDefault(); on.onOpen(); }}>
          Blue
        </a>
        <span>Joni Mitchell</span>
      </li>
    </ul>,
  );
  return on;
}

/** As a finger does it. */
function tap(target: HTMLElement) {
  fireEvent(target, new PointerEvent("click", { bubbles: true, cancelable: true, detail: 1, pointerType: "touch" }));
}

test("a tap plays, on the title too, and on no key", () => {
  const { onPlay, onOpen } = draw();

  tap(screen.getByText("Joni Mitchell"));
  tap(screen.getByText("Blue"));
  expect(onPlay).toHaveBeenCalledTimes(2);
  expect(onOpen).not.toHaveBeenCalled();

  tap(screen.getByText("Queue"));
  expect(onPlay).toHaveBeenCalledTimes(2);
});

test("a click plays nothing, a double click does, and the title leads to the song's page", async () => {
  const { onPlay, onOpen } = draw();

  await userEvent.click(screen.getByText("Joni Mitchell"));
  expect(onPlay).not.toHaveBeenCalled();
  await userEvent.dblClick(screen.getByText("Joni Mitchell"));
  expect(onPlay).toHaveBeenCalledOnce();
  await userEvent.dblClick(screen.getByText("Queue"));
  await userEvent.click(screen.getByText("Blue"));
  expect(onPlay).toHaveBeenCalledOnce();
  expect(onOpen).toHaveBeenCalledOnce();
});

test("Enter on the row plays; on what is in it, it does what that says", async () => {
  const { onPlay, onOpen } = draw();

  screen.getByTestId("row").focus();
  await userEvent.keyboard("{Enter}");
  expect(onPlay).toHaveBeenCalledOnce();
  screen.getByText("Blue").focus();
  await userEvent.keyboard("{Enter}");
  expect(onPlay).toHaveBeenCalledOnce();
  expect(onOpen).toHaveBeenCalledOnce();
});

test("while rows are chosen, a tap chooses", () => {
  const { onPlay, onPick } = draw({ picking: true });

  tap(screen.getByText("Blue"));

  expect(onPick).toHaveBeenCalledWith(expect.objectContaining({ file_id: aFile().file_id }), false);
  expect(onPlay).not.toHaveBeenCalled();
});
