import { beforeEach, expect, test, vi } from "vitest";
import type { FileRecord } from "../../../lib/types";
import { aFile } from "../../../testing/builders";
import { patchFile, getFile } from "../api";
import { applyEdits } from "./edit-many";
import { EditQueue } from "./edit-queue";
import { ApiError } from "../../../lib/api-error";

vi.mock("../api");

let stored: FileRecord;

function failure(status: number): ApiError {
  return new ApiError({ status, code: "invalid", detail: "", hint: "", retryable: false, retry_after: null });
}

beforeEach(() => {
  stored = aFile({ title: "Tape", artist: null, album: null, revision: 1 });
  vi.mocked(getFile).mockImplementation(() => Promise.resolve(stored));
  vi.mocked(patchFile).mockImplementation(async (file, edits) => {
    await Promise.resolve();
    if (file.revision !== stored.revision) throw failure(412);
    stored = { ...applyEdits(stored, edits), revision: stored.revision + 1 };
    return stored;
  });
});

test("fields that are left one after the other are all saved, and nothing flickers back", async () => {
  const queue = new EditQueue();
  let shown = stored;
  const states: FileRecord[] = [];
  const show = (file: FileRecord) => {
    shown = file;
    states.push(file);
  };

  const edits = [{ title: "Mine" }, { artist: "Moody" }, { album: "Box" }];
  await Promise.all(edits.map((one) => queue.edit(shown, one, show)));

  expect(stored).toMatchObject({ title: "Mine", artist: "Moody", album: "Box", revision: 4 });
  expect(states.slice(2).every((file) => file.title === "Mine" && file.artist === "Moody" && file.album === "Box")).toBe(true);
  expect(shown).toEqual(stored);
});

test("an edit that failed is taken back, and those after it are kept", async () => {
  const queue = new EditQueue();
  let shown = stored;
  const show = (file: FileRecord) => (shown = file);
  vi.mocked(patchFile).mockRejectedValueOnce(failure(422));

  const first = queue.edit(shown, { title: "No" }, show);
  const second = queue.edit(shown, { artist: "Moody" }, show);

  await expect(first).rejects.toBeInstanceOf(ApiError);
  await second;
  expect(stored).toMatchObject({ title: "Tape", artist: "Moody" });
  expect(shown).toEqual(stored);
});
