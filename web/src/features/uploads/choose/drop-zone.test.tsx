import { createEvent, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import { aSong } from "../../../testing/builders";
import { announcements } from "../../../lib/announce";
import { DropZone } from "./drop-zone";
import { folderCoverOf } from "./folder-covers";
import { NOTHING_LEFT_OUT, type OnFiles } from "./left-out";

function draw() {
  const onFiles = vi.fn<OnFiles>();
  render(<DropZone moods={["happy", "sad"]} limits="Audio, up to 10 MB each" onFiles={onFiles} />);
  return onFiles;
}

const carrying = (files: File[], types = ["Files"]) => ({ dataTransfer: { files, types, items: [] } });

test("files over the window bring a field for each mood, and leaving takes them away", async () => {
  draw();

  fireEvent.dragOver(window, carrying([]));
  expect(await screen.findByText("Edit first")).toBeVisible();
  expect(screen.getByText("Sad")).toBeVisible();
  expect(screen.getByText("Audio, up to 10 MB each")).toBeVisible();

  fireEvent.dragLeave(window, { relatedTarget: null });
  expect(screen.queryByText("Edit first")).not.toBeInTheDocument();
});

test("dropped files are taken, and not opened by the browser", async () => {
  const onFiles = draw();
  const song = aSong();
  const drop = createEvent.drop(window, carrying([song]));

  fireEvent(window, drop);

  expect(drop.defaultPrevented).toBe(true);
  await waitFor(() => expect(onFiles).toHaveBeenCalledOnce());
});

test("files dropped on a mood take it along; the field below the pointer is marked", async () => {
  const onFiles = draw();
  fireEvent.dragOver(window, carrying([]));
  const name = await screen.findByText("Sad");
  const field = name.closest("[data-drop-mood]");

  fireEvent.dragOver(name, carrying([]));
  expect(field).toHaveAttribute("data-over");
  fireEvent.dragOver(screen.getByText("Edit first"), carrying([]));
  expect(field).not.toHaveAttribute("data-over");
  const song = aSong();
  fireEvent.drop(name, carrying([song]));

  await waitFor(() => expect(onFiles).toHaveBeenCalledExactlyOnceWith([song], NOTHING_LEFT_OUT, "sad"));
  expect(screen.queryByText("Sad")).not.toBeInTheDocument();
});

test("files dropped beside the moods are edited first", async () => {
  const onFiles = draw();
  fireEvent.dragOver(window, carrying([]));

  fireEvent.drop(await screen.findByText("Edit first"), carrying([aSong()]));

  await waitFor(() => expect(onFiles).toHaveBeenCalledOnce());
  expect(onFiles.mock.calls[0]?.[2]).toBeUndefined();
});

test("dragged text is none of its business", () => {
  draw();

  fireEvent.dragOver(window, carrying([], ["text/plain"]));

  expect(screen.queryByText("Edit first")).not.toBeInTheDocument();
});

test("pasted files are taken too", () => {
  const onFiles = draw();
  const song = aSong();

  fireEvent.paste(window, { clipboardData: { files: [song], types: ["Files"] } });

  expect(onFiles).toHaveBeenCalledExactlyOnceWith([song], NOTHING_LEFT_OUT);
});

/** A drop as a browser describes it. */
function anEntry(name: string, below: readonly object[] | null = null) {
  const pages = below ? [below] : [];
  return {
    name,
    isFile: below === null,
    isDirectory: below !== null,
    file: (take: (file: File) => void) => take(aSong(name)),
    createReader: () => ({ readEntries: (take: (some: unknown) => void) => take(pages.shift() ?? []) }),
  };
}

const UNREADABLE = {
  ...anEntry("locked.mp3"),
  file: (_: unknown, refuse: (reason: unknown) => void) => refuse(new DOMException("no", "NotReadableError")),
};

const dropping = (...entries: object[]) => ({
  dataTransfer: { files: [], types: ["Files"], items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })) },
});

test("songs whose names begin with dots are taken from a folder, and what is left out is counted", async () => {
  const onFiles = draw();
  const git = anEntry(".git", [anEntry("a.mp3"), anEntry("b.mp3")]);
  const album = anEntry("...And Patience", [anEntry("01 Opener.mp3"), anEntry("._01 Opener.mp3"), UNREADABLE]);

  fireEvent(window, createEvent.drop(window, dropping(anEntry("music", [album, git, anEntry(".38 Reasons.mp3")]), anEntry("Thumbs.db"))));

  await waitFor(() => expect(onFiles).toHaveBeenCalledOnce());
  const [files = [], leftOut] = onFiles.mock.calls[0] ?? [];
  expect(files.map(({ name }) => name)).toEqual(["01 Opener.mp3", ".38 Reasons.mp3"]);
  expect(leftOut).toEqual({ hidden: 3, unreadable: 1 });
});

test("a picture that is dropped with its album is the cover of its songs", async () => {
  const onFiles = draw();
  const album = anEntry("album", [anEntry("cover.jpg"), anEntry("1.mp3"), anEntry("cd 2", [anEntry("2.mp3")])]);

  fireEvent(window, createEvent.drop(window, dropping(album, anEntry("folder.png"))));

  await waitFor(() => expect(onFiles).toHaveBeenCalledOnce());
  const [files = [], leftOut] = onFiles.mock.calls[0] ?? [];
  expect(files.map(({ name }) => name)).toEqual(["1.mp3", "2.mp3", "folder.png"]);
  expect(files.map((file) => folderCoverOf(file)?.name)).toEqual(["cover.jpg", undefined, undefined]);
  expect(leftOut).toEqual(NOTHING_LEFT_OUT);
});

test("a folder that cannot be opened is told, and the others are taken", async () => {
  const onFiles = draw();
  const locked = {
    ...anEntry("locked", []),
    createReader: () => ({ readEntries: (_: unknown, refuse: (reason: unknown) => void) => refuse(new DOMException("no")) }),
  };

  fireEvent(window, createEvent.drop(window, dropping(locked, anEntry("a.mp3"))));

  await waitFor(() => expect(onFiles).toHaveBeenCalledOnce());
  expect(onFiles.mock.calls[0]?.[1]).toEqual({ hidden: 0, unreadable: 1 });
});

test("an empty folder is said to be empty", async () => {
  const onFiles = draw();

  fireEvent(window, createEvent.drop(window, dropping(anEntry("music", [anEntry("deeper", [])]))));

  await waitFor(() => expect(announcements.get().text).toBe("That folder has no files to add."));
  expect(onFiles).not.toHaveBeenCalled();
});

function pasteInto(html: string, types: string[]) {
  const onFiles = draw();
  const place = document.createElement("div");
  place.innerHTML = html;
  document.body.append(place);
  fireEvent.paste(place.firstElementChild ?? place, { clipboardData: { files: [aSong("cells.png", 10, "image/png")], types } });
  place.remove();
  return onFiles;
}

describe("a paste into a field", () => {
  test.each(["<input type=search>", "<textarea></textarea>", "<p contenteditable></p>"])("%s keeps text that comes with a picture of itself", (html) => {
    expect(pasteInto(html, ["text/plain", "text/html", "Files"])).not.toHaveBeenCalled();
  });

  test("which is a picture alone is taken", () => {
    expect(pasteInto("<input>", ["Files"])).toHaveBeenCalledOnce();
  });

  test("text with a picture of itself is taken where nothing is typed", () => {
    expect(pasteInto("<p></p>", ["text/plain", "Files"])).toHaveBeenCalledOnce();
  });
});

describe("a picture of the page that is dragged", () => {
  test("is no file from outside", async () => {
    const onFiles = draw();

    fireEvent.dragStart(document.body);
    fireEvent.dragOver(window, carrying([]));
    expect(screen.queryByText("Edit first")).not.toBeInTheDocument();
    fireEvent.drop(window, carrying([aSong()]));
    await Promise.resolve();

    expect(onFiles).not.toHaveBeenCalled();
  });

  test.each(["dragend", "pointermove"])("bars none from outside after its %s", async (event) => {
    draw();

    fireEvent.dragStart(document.body);
    fireEvent(window, new Event(event));
    fireEvent.dragOver(window, carrying([]));

    expect(await screen.findByText("Edit first")).toBeVisible();
  });
});
