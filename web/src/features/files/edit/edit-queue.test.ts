import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import { ApiError } from "../../../lib/api-error";
import type { FileEdits, FileRecord } from "../../../lib/types";
import { aFile } from "../../../testing/builders";
import { server } from "../../../testing/server";
import { applyEdits } from "./edit-many";
import { EditQueue } from "./edit-queue";

const FILE = "*/v1/files/:file_id";
let stored: FileRecord;
let refused: number;

function refuse(status: number) {
  return HttpResponse.json({ status, code: "invalid", detail: "", hint: "", retryable: false }, { status });
}

beforeEach(() => {
  stored = aFile({ title: "Tape", artist: null, album: null, revision: 1 });
  refused = 0;
  server.use(
    http.get(FILE, () => HttpResponse.json(stored)),
    http.patch<never, FileEdits>(FILE, async ({ request }) => {
      const edits = await request.json();
      if (request.headers.get("if-match") !== `"${stored.file_id}.${stored.revision}"`) {
        refused += 1;
        return refuse(412);
      }
      stored = { ...applyEdits(stored, edits), revision: stored.revision + 1 };
      return HttpResponse.json(stored);
    }),
  );
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
  expect(refused).toBe(0);
  expect(states.slice(2).every((file) => file.title === "Mine" && file.artist === "Moody" && file.album === "Box")).toBe(true);
  expect(shown).toEqual(stored);
});

test("an edit that failed is taken back, and those after it are kept", async () => {
  const queue = new EditQueue();
  let shown = stored;
  const show = (file: FileRecord) => (shown = file);
  server.use(http.patch(FILE, () => refuse(422), { once: true }));

  const first = queue.edit(shown, { title: "No" }, show);
  const second = queue.edit(shown, { artist: "Moody" }, show);

  await expect(first).rejects.toBeInstanceOf(ApiError);
  await second;
  expect(stored).toMatchObject({ title: "Tape", artist: "Moody" });
  expect(shown).toEqual(stored);
});
