import { createEvent, fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { Dialog } from "./dialog";

const cancel = (at: HTMLElement) => fireEvent(at, createEvent("cancel", at, { bubbles: true, cancelable: true }));

function draw() {
  const onClose = vi.fn<() => void>();
  render(
    <Dialog title="Songs" closeLabel="Close" onClose={onClose}>
      <input aria-label="Title" />
    </Dialog>,
  );
  return { onClose, field: screen.getByRole("textbox"), dialog: screen.getByRole("dialog") };
}

test("Escape closes it", () => {
  const { onClose, field, dialog } = draw();

  fireEvent.keyDown(field, { key: "Escape" });
  cancel(dialog);

  expect(onClose).toHaveBeenCalledOnce();
});

test("an Escape of an input method does not", () => {
  const { onClose, field, dialog } = draw();

  fireEvent.keyDown(field, { key: "Escape", isComposing: true });
  cancel(dialog);
  expect(onClose).not.toHaveBeenCalled();

  fireEvent.keyUp(field, { key: "Escape" });
  cancel(dialog);
  expect(onClose).toHaveBeenCalledOnce();
});

test("a file chooser inside that is cancelled does not", () => {
  const { onClose, field } = draw();

  cancel(field);

  expect(onClose).not.toHaveBeenCalled();
});

test("it begins at its heading: no button stands out", () => {
  draw();

  expect(screen.getByRole("heading", { name: "Songs" })).toHaveFocus();
});
