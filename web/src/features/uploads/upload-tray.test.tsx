import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { aFile, aMovingTrack, anUpload } from "../../testing/builders";
import type { Track, Upload } from "./upload-state";
import { UploadTray, type UploadTrayProps } from "./upload-tray";

const DONE: Track = { status: "done", file: aFile() };
const FAILED: Track = { status: "failed", failure: { detail: "The store is full.", hint: "Ask for room." } };

function draw(uploads: Upload[]) {
  const calls: Omit<UploadTrayProps, "uploads"> = {
    onCancel: vi.fn<UploadTrayProps["onCancel"]>(),
    onRetry: vi.fn<UploadTrayProps["onRetry"]>(),
    onDismiss: vi.fn<UploadTrayProps["onDismiss"]>(),
    onCancelAll: vi.fn<UploadTrayProps["onCancelAll"]>(),
    onClear: vi.fn<UploadTrayProps["onClear"]>(),
  };
  render(<UploadTray uploads={uploads} {...calls} />);
  return calls;
}

test("a song under way tells percent, speed and time left", () => {
  draw([anUpload(aMovingTrack())]);

  expect(screen.getByRole("progressbar", { name: "Blue" })).toHaveValue(25);
  expect(screen.getByText("25 % · 100 kB/s · a few seconds left")).toBeVisible();
  expect(screen.getByRole("heading", { name: "Uploading 1 song" })).toBeVisible();
});

test("while the service checks, it is not yet done", () => {
  draw([anUpload(aMovingTrack({ status: "confirming" }))]);

  expect(screen.getByText("Checking…")).toBeVisible();
  expect(screen.getByRole("progressbar", { name: "Blue" })).toHaveValue(99);
});

test("without a network it says that nothing is lost", () => {
  draw([anUpload(aMovingTrack({ status: "waiting" }))]);

  expect(screen.getByText("Waiting for the network. Nothing is lost.")).toBeVisible();
});

test("a failed song says what happened and what to do, and has its two buttons", async () => {
  const calls = draw([anUpload(FAILED)]);

  expect(screen.getByText("The store is full.")).toBeVisible();
  expect(screen.getByText(/Ask for room\./)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Retry Blue" }));
  await userEvent.click(screen.getByRole("button", { name: "Dismiss Blue" }));

  expect(calls.onRetry).toHaveBeenCalledExactlyOnceWith("u1");
  expect(calls.onDismiss).toHaveBeenCalledExactlyOnceWith("u1");
});

const nothing = () => undefined;

/** A tray over two songs that really go when they are removed. */
function TrayOfTwo() {
  const [uploads, setUploads] = useState(["a", "b"].map((name) => anUpload(aMovingTrack(), { local_id: name, name })));
  const remove = (id: string) => setUploads((before) => before.filter((one) => one.local_id !== id));
  const rest = { onRetry: nothing, onCancelAll: nothing, onClear: nothing };
  return <UploadTray uploads={uploads} onCancel={remove} onDismiss={remove} {...rest} />;
}

test("when a row goes, the focus goes on to the next one", async () => {
  render(<TrayOfTwo />);

  await userEvent.click(screen.getByRole("button", { name: "Cancel a" }));

  expect(screen.getByRole("button", { name: "Cancel b" })).toHaveFocus();
});

test("a mixed batch is counted apart", () => {
  draw([
    anUpload(aMovingTrack()),
    anUpload({ status: "queued" }, { local_id: "u2" }),
    anUpload(FAILED, { local_id: "u3" }),
  ]);

  expect(screen.getByRole("heading", { name: "2 uploading, 1 failed" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Cancel all" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Clear" })).not.toBeInTheDocument();
});

test("when all has ended there is something to clear", async () => {
  const calls = draw([anUpload(DONE), anUpload(FAILED, { local_id: "u2" })]);

  await userEvent.click(screen.getByRole("button", { name: "Clear" }));

  expect(screen.getByRole("heading", { name: "1 song uploaded" })).toBeVisible();
  expect(calls.onClear).toHaveBeenCalledOnce();
});

test("folded, it is one line and knows it", async () => {
  draw([anUpload(aMovingTrack())]);

  await userEvent.click(screen.getByRole("button", { name: "Fold uploads" }));

  const tray = within(screen.getByRole("region", { name: "Uploads" }));
  expect(tray.getByRole("button", { name: "Show uploads" })).toHaveAttribute("aria-expanded", "false");
  expect(tray.queryByRole("list")).not.toBeInTheDocument();
});

test("nothing under way: no tray", () => {
  draw([]);

  expect(screen.queryByRole("region")).not.toBeInTheDocument();
});
