import { createEvent, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { aSong } from "../../testing/builders";
import { DropZone } from "./drop-zone";

function draw() {
  const onFiles = vi.fn<(files: File[]) => void>();
  render(<DropZone limits="Audio, up to 10 MB each" hue="sad" onFiles={onFiles} />);
  return onFiles;
}

const carrying = (files: File[], types = ["Files"]) => ({ dataTransfer: { files, types, items: [] } });

test("files over the window bring the welcome, and leaving takes it away", () => {
  draw();

  fireEvent.dragOver(window, carrying([]));
  expect(screen.getByText("Drop to add")).toBeVisible();
  expect(screen.getByText("Audio, up to 10 MB each")).toBeVisible();

  fireEvent.dragLeave(window, { relatedTarget: null });
  expect(screen.queryByText("Drop to add")).not.toBeInTheDocument();
});

test("dropped files are taken, and not opened by the browser", async () => {
  const onFiles = draw();
  const song = aSong();
  const drop = createEvent.drop(window, carrying([song]));

  fireEvent(window, drop);

  expect(drop.defaultPrevented).toBe(true);
  await waitFor(() => expect(onFiles).toHaveBeenCalledOnce());
});

test("dragged text is none of its business", () => {
  draw();

  fireEvent.dragOver(window, carrying([], ["text/plain"]));

  expect(screen.queryByText("Drop to add")).not.toBeInTheDocument();
});

test("pasted files are taken too", () => {
  const onFiles = draw();
  const song = aSong();

  fireEvent.paste(window, { clipboardData: { files: [song] } });

  expect(onFiles).toHaveBeenCalledExactlyOnceWith([song]);
});
