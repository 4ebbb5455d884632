import { ApiError, StoreError, type UploadProgress, type UnfinishedUpload, type Upload } from "@moodrop/uploads";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, test, vi } from "vitest";
import { aFile, aMeta, aMovingProgress, anUnfinished, anUpload, aSong } from "../../../testing/builders";
import { UploadTray, type TrayActions } from "./upload-tray";

const DONE = { status: "done", file: aFile(), cover_error: null } satisfies UploadProgress;
const FULL = { code: "full", status: 507, detail: "The store is full.", hint: "Ask for room.", retryable: false, retry_after: null };
const FAILED = { status: "failed", error: new ApiError(FULL) } satisfies UploadProgress;

function draw(uploads: Upload[], unfinished: UnfinishedUpload[] = [], opened: string | null = null) {
  const actions = {
    open: vi.fn<TrayActions["open"]>(),
    edit: vi.fn<TrayActions["edit"]>(),
    pause: vi.fn<TrayActions["pause"]>(),
    resume: vi.fn<TrayActions["resume"]>(),
    remove: vi.fn<TrayActions["remove"]>(),
    pauseAll: vi.fn<TrayActions["pauseAll"]>(),
    resumeAll: vi.fn<TrayActions["resumeAll"]>(),
    retryAll: vi.fn<TrayActions["retryAll"]>(),
    cancelAll: vi.fn<TrayActions["cancelAll"]>(),
    clear: vi.fn<TrayActions["clear"]>(),
    continueWith: vi.fn<TrayActions["continueWith"]>(() => false),
    discard: vi.fn<TrayActions["discard"]>(),
    play: vi.fn<TrayActions["play"]>(),
  };
  render(<UploadTray uploads={uploads} unfinished={unfinished} accept={["video/*"]} moods={["sad", "happy"]} opened={opened} actions={actions} />);
  return actions;
}

const called = (title: string) => aMeta({ title });
const idOf = (upload: Upload | undefined) => upload?.local_id;

test("a song under way tells percent, speed and time left", () => {
  draw([anUpload(aMovingProgress())]);

  expect(screen.getByRole("progressbar", { name: "Blue" })).toHaveValue(25);
  expect(screen.getByText("25% · 100 kB/s · a few seconds left")).toBeVisible();
  expect(screen.getByRole("heading", { name: "Uploading 1 file" })).toBeVisible();
});

test("while the service checks, it is not yet done", () => {
  draw([anUpload(aMovingProgress({ status: "confirming" }))]);

  expect(screen.getByText("Checking…")).toBeVisible();
  expect(screen.getByRole("progressbar", { name: "Blue" })).toHaveValue(99);
});

test.each([
  ["offline, it goes on when the network is back", {}, "You're offline. Everything resumes when you're back."],
  ["offline and its bytes lost, it says so", { starts_over: true }, "You're offline. This file starts again when you're back."],
  ["cut off, it says what it tries", { cause: new StoreError("network") }, "The connection was lost. Trying again."],
  [
    "cut off and its bytes lost, it says so",
    { cause: new StoreError("network"), starts_over: true },
    "The connection was lost. Trying again. Starts again from the beginning.",
  ],
])("%s", (_, progress, note) => {
  draw([anUpload(aMovingProgress({ status: "waiting", ...progress }))]);

  expect(screen.getByText(note)).toBeVisible();
});

test("one that is pausing says so, and can be resumed", async () => {
  const calls = draw([anUpload(aMovingProgress({ status: "pausing" }))]);

  expect(screen.getByRole("heading", { name: "Pausing 1 file…" })).toBeVisible();
  expect(screen.getByText("Pausing after the current transfer… · 250 kB of 1 MB")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Resume Blue" }));

  expect(calls.resume).toHaveBeenCalledOnce();
});

test("a paused one whose bytes were lost does not claim to have them", () => {
  draw([anUpload(aMovingProgress({ status: "paused", sent_bytes: 0, starts_over: true }))]);

  expect(screen.getByText("Paused · Starts again from the beginning.")).toBeVisible();
  expect(screen.getByRole("progressbar", { name: "Blue" })).toHaveValue(0);
});

test("a failed song says what happened and what to do, and has its two buttons", async () => {
  const calls = draw([anUpload(FAILED)]);

  expect(screen.getByText("The store is full.")).toBeVisible();
  expect(screen.getByText(/Ask for room\./)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Retry Blue" }));
  await userEvent.click(screen.getByRole("button", { name: "Dismiss Blue" }));

  expect(calls.resume.mock.calls.map(([upload]) => idOf(upload))).toEqual(["u1"]);
  expect(calls.remove.mock.calls.map(([upload]) => idOf(upload))).toEqual(["u1"]);
});

test("a song without its cover says so, and has its two buttons", async () => {
  const calls = draw([anUpload({ ...DONE, cover_error: FAILED.error })]);

  expect(screen.getByText("Blue was added, but its cover couldn't be uploaded.")).toBeVisible();
  expect(screen.getByText(/The store is full\./)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Retry Blue" }));
  await userEvent.click(screen.getByRole("button", { name: "Dismiss Blue" }));

  expect(calls.resume).toHaveBeenCalledOnce();
  expect(calls.remove).toHaveBeenCalledOnce();
});

const nothing = () => undefined;
const NO_ACTIONS: TrayActions = {
  open: nothing,
  edit: nothing,
  pause: nothing,
  resume: nothing,
  remove: nothing,
  pauseAll: nothing,
  resumeAll: nothing,
  retryAll: nothing,
  cancelAll: nothing,
  clear: nothing,
  continueWith: () => true,
  discard: nothing,
  play: nothing,
};

/** A tray with two uploads that disappear when they are removed. */
function TrayOfTwo() {
  const [uploads, setUploads] = useState(["a", "b"].map((name) => anUpload(aMovingProgress(), { local_id: name, meta: called(name) })));
  const remove = ({ local_id }: Upload) => setUploads((before) => before.filter((one) => one.local_id !== local_id));
  return <UploadTray uploads={uploads} unfinished={[]} accept={[]} moods={[]} opened={null} actions={{ ...NO_ACTIONS, remove }} />;
}

test("when a row goes, the focus goes on to the next one", async () => {
  render(<TrayOfTwo />);

  await userEvent.click(screen.getByRole("button", { name: "Cancel a" }));

  expect(screen.getByRole("button", { name: "Cancel b" })).toHaveFocus();
});

test("a mixed batch is counted apart", () => {
  draw([
    anUpload(aMovingProgress()),
    anUpload(aMovingProgress({ status: "queued" }), { local_id: "u2" }),
    anUpload(FAILED, { local_id: "u3" }),
  ]);

  expect(screen.getByRole("heading", { name: "2 uploading, 1 failed" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Cancel all" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Clear" })).not.toBeInTheDocument();
});

test("when all has ended there is something to clear", async () => {
  const calls = draw([anUpload(DONE), anUpload(FAILED, { local_id: "u2" })]);

  await userEvent.click(screen.getByRole("button", { name: "Clear" }));

  expect(screen.getByRole("heading", { name: "1 file uploaded" })).toBeVisible();
  expect(calls.clear).toHaveBeenCalledOnce();
});

test("once all are added it folds to a line that plays them, and does not call them all", async () => {
  const film = aFile({ file_id: "film", content_type: "video/mp4" });
  const page = aFile({ file_id: "page", content_type: "application/pdf" });
  const done = [DONE.file, film, page].map((file, index) => anUpload({ ...DONE, file }, { local_id: `u${index}` }));
  const calls = draw(done);
  const tray = within(screen.getByRole("region", { name: "Uploads" }));

  expect(tray.getByRole("heading", { name: "3 files uploaded" })).toBeVisible();
  expect(tray.queryByRole("list")).not.toBeInTheDocument();
  await userEvent.click(tray.getByRole("button", { name: "Play" }));
  expect(calls.play).toHaveBeenCalledExactlyOnceWith([DONE.file, film]);

  await userEvent.click(tray.getByRole("button", { name: "Show uploads" }));
  expect(tray.getAllByRole("listitem")).toHaveLength(3);
  expect(tray.queryByRole("progressbar")).not.toBeInTheDocument();
});

test("it stays open while one waits for its file, or lacks its cover", () => {
  draw([anUpload(DONE)], [anUnfinished()]);
  expect(screen.getByRole("list", { name: "Uploads" })).toBeVisible();
  cleanup();

  draw([anUpload({ ...DONE, cover_error: new ApiError(FULL) })]);
  expect(screen.getByRole("list", { name: "Uploads" })).toBeVisible();
});

test("folded, it is one line and knows it", async () => {
  draw([anUpload(aMovingProgress())]);

  await userEvent.click(screen.getByRole("button", { name: "Hide uploads" }));

  const tray = within(screen.getByRole("region", { name: "Uploads" }));
  expect(tray.getByRole("button", { name: "Show uploads" })).toHaveAttribute("aria-expanded", "false");
  expect(tray.queryByRole("list")).not.toBeInTheDocument();
});

test("a song under way can be paused, and a paused one says what is sent and goes on", async () => {
  const calls = draw([
    anUpload(aMovingProgress(), { meta: called("One") }),
    anUpload(aMovingProgress({ status: "paused" }), { local_id: "u2", meta: called("Two") }),
  ]);

  expect(screen.getByText("Paused · 250 kB of 1 MB")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Pause One" }));
  await userEvent.click(screen.getByRole("button", { name: "Resume Two" }));

  expect(calls.pause.mock.calls.map(([upload]) => idOf(upload))).toEqual(["u1"]);
  expect(calls.resume.mock.calls.map(([upload]) => idOf(upload))).toEqual(["u2"]);
});

const two = (status: "sending" | "paused") =>
  ["u1", "u2"].map((local_id) => anUpload(aMovingProgress({ status }), { local_id }));

test("all are paused at once, and all go on at once", async () => {
  const moving = draw(two("sending"));
  await userEvent.click(screen.getByRole("button", { name: "Pause all" }));
  cleanup();
  const paused = draw(two("paused"));
  await userEvent.click(screen.getByRole("button", { name: "Resume all" }));

  expect(moving.pauseAll).toHaveBeenCalledOnce();
  expect(paused.resumeAll).toHaveBeenCalledOnce();
  expect(screen.getByRole("heading", { name: "2 files paused" })).toBeVisible();
});

describe("an upload of an earlier page", () => {
  test("says what is safe, and asks for its file", () => {
    draw([], [anUnfinished()]);

    expect(screen.getByRole("heading", { name: "1 upload to finish" })).toBeVisible();
    expect(screen.getByRole("progressbar", { name: "Film" })).toHaveValue(25);
    expect(screen.getByText("25 MB of 100 MB saved. To resume, choose this file again.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Choose file Film again to resume" })).toBeVisible();
  });

  test("another file is refused in kind words", async () => {
    const calls = draw([], [anUnfinished()]);

    await userEvent.upload(screen.getByLabelText("Choose file Film again to resume", { selector: "input" }), aSong("b.mp4", 5, "video/mp4"));

    expect(await screen.findByRole("alert")).toHaveTextContent("That isn't the same file, or it has changed. Choose film.mp4 (100 MB)");
    expect(calls.continueWith).toHaveBeenCalledOnce();
  });

  test("it can be discarded", async () => {
    const calls = draw([], [anUnfinished()]);

    await userEvent.click(screen.getByRole("button", { name: "Discard Film" }));

    expect(calls.discard.mock.calls.map(([one]) => one.upload_id)).toEqual(["upload-9"]);
  });
});

test("nothing under way: no tray", () => {
  draw([]);

  expect(screen.queryByRole("region")).not.toBeInTheDocument();
});

/** Which row's fields are shown is the page's state. */
function TrayThatOpens({ uploads, edit }: { uploads: Upload[]; edit: TrayActions["edit"] }) {
  const [opened, setOpened] = useState<string | null>(null);
  const actions = { ...NO_ACTIONS, edit, open: setOpened };
  return <UploadTray uploads={uploads} unfinished={[]} accept={[]} moods={["sad", "happy"]} opened={opened} actions={actions} />;
}

describe("the fields of an upload", () => {
  const moving = anUpload(aMovingProgress());
  const done = anUpload(DONE);

  test("open at the title, tell each change, and give the focus back when they close", async () => {
    const edit = vi.fn<TrayActions["edit"]>();
    const user = userEvent.setup();
    render(<TrayThatOpens uploads={[moving]} edit={edit} />);
    const opener = screen.getByRole("button", { name: "Edit Blue" });
    expect(opener).toHaveAttribute("aria-expanded", "false");

    await user.click(opener);
    expect(screen.getByRole("textbox", { name: "Title of blue.mp3" })).toHaveFocus();
    await user.keyboard("!");
    await user.click(screen.getByRole("radio", { name: "Happy" }));
    expect(edit.mock.calls.map(([, meta]) => meta)).toEqual([{ title: "Blue!" }, { mood: "happy" }]);
    edit.mockClear();
    const tags = screen.getByRole("textbox", { name: "Tags of blue.mp3" });
    await user.type(tags, "a, b,");
    expect(tags).toHaveValue("a, b,");
    expect(edit).toHaveBeenLastCalledWith(moving, { tags: ["a", "b"] });

    await user.keyboard("{Escape}");
    expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
    expect(opener).toHaveFocus();
  });

  test.each(["queued", "sending", "paused", "pausing", "confirming", "waiting"] as const)("are offered while it is %s", (status) => {
    draw([anUpload(aMovingProgress({ status }))]);

    expect(screen.getByRole("button", { name: "Edit Blue" })).toBeVisible();
  });

  test("stay where they are, with the focus, when the upload is done", async () => {
    const user = userEvent.setup();
    const other = { local_id: "u2", meta: called("Other") };
    const view = render(<TrayThatOpens uploads={[moving, anUpload(aMovingProgress(), other)]} edit={nothing} />);
    await user.click(screen.getByRole("button", { name: "Edit Blue" }));

    view.rerender(<TrayThatOpens uploads={[done, anUpload(aMovingProgress(), other)]} edit={nothing} />);
    expect(screen.getByRole("textbox", { name: "Title of blue.mp3" })).toHaveFocus();
    view.rerender(<TrayThatOpens uploads={[done, anUpload(DONE, other)]} edit={nothing} />);
    expect(screen.getByRole("textbox", { name: "Title of blue.mp3" })).toHaveFocus();

    await user.keyboard("{Escape}");
    expect(screen.queryByRole("list", { name: "Uploads" })).not.toBeInTheDocument();
  });

  test("that could not be saved say so, and are tried again", async () => {
    const calls = draw([{ ...done, edited: ["title"], edit_error: new ApiError(FULL) }]);

    expect(screen.getByText("Couldn't update Blue. The store is full.")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Retry Blue" }));

    expect(calls.resume).toHaveBeenCalledOnce();
  });
});
