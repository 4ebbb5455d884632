import { http, HttpResponse } from "msw";
import { afterEach, expect, test } from "vitest";
import { aFile, aSong } from "../../testing/builders.js";
import { anUploadsWorld, ORIGIN, problem, server, uploadHandlers, v1 } from "../../testing/server.js";
import { createUploads, type MoodropUploads } from "./create-uploads.js";
import type { UploadsOptions } from "./uploads-options.js";
import { crc32c } from "../transfer/crc32c.js";
import type { FileRecord } from "../api/types.js";

let made: MoodropUploads | null = null;
afterEach(() => made?.destroy());

function aQueue(files: FileRecord[], options: UploadsOptions = {}) {
  const asked: string[] = [];
  const list = http.get(v1("/files"), ({ request }) => {
    const sizes = new URL(request.url).searchParams.get("size_bytes") ?? "";
    asked.push(sizes);
    const matches = files.filter(({ size_bytes }) => sizes.split(",").includes(String(size_bytes)));
    return HttpResponse.json({ files: matches, next_cursor: null });
  });
  const world = anUploadsWorld();
  server.use(list, ...uploadHandlers(world));
  made = createUploads({ baseUrl: ORIGIN, findKnown: true, ...options });
  return { queue: made, asked, world };
}

async function recordOf(song: File, given: Partial<FileRecord> = {}): Promise<FileRecord> {
  const value_base64 = await crc32c(song, new AbortController().signal);
  const checksum = { algorithm: "crc32c" as const, value_base64, verified: true };
  return aFile({ size_bytes: song.size, checksum, filename: "called otherwise.mp3", ...given });
}

const knownNames = (queue: MoodropUploads) => {
  const { drafts, known } = queue.snapshot();
  return known.map(({ local_id }) => drafts.find((draft) => draft.local_id === local_id)?.filename);
};

test("songs whose bytes are there are told, by one call, whatever they are called; others of their size are not", async () => {
  const [there, alike] = [new File(["same bytes"], "one.mp3", { type: "audio/mpeg" }), new File(["otherwise!"], "two.mp3")];
  const { queue, asked } = aQueue([await recordOf(there)]);

  queue.add([alike, there, aSong("three.mp3", 77)], { mood: "sad" });

  await expect.poll(() => knownNames(queue)).toEqual(["one.mp3"]);
  expect(asked).toEqual(["10,77"]);
});

test("one without a digest that could be compared is known by its name and its time", async () => {
  const day = 86_400_000;
  const older = new File(["a"], "take.wav", { lastModified: Date.parse(aFile().created_at) - day });
  const newer = new File(["bb"], "other.wav", { lastModified: Date.parse(aFile().created_at) + day });
  const bare = { checksum: null };
  const { queue } = aQueue([
    aFile({ ...bare, filename: "take.wav", size_bytes: 1 }),
    aFile({ ...bare, filename: "other.wav", size_bytes: 2 }),
  ]);

  queue.add([newer, older], { mood: "sad" });

  await expect.poll(() => knownNames(queue)).toEqual(["take.wav"]);
});

test("they are left out, or kept, by one word for all", async () => {
  const there = new File(["same bytes"], "one.mp3");
  const { queue } = aQueue([await recordOf(there)]);

  queue.add([there, aSong("two.mp3", 3)], { mood: "sad" });
  await expect.poll(() => knownNames(queue)).toEqual(["one.mp3"]);
  queue.keepKnown();
  expect([knownNames(queue), queue.snapshot().drafts.length]).toEqual([[], 2]);

  queue.discardDrafts();
  queue.add([there, aSong("two.mp3", 3)], { mood: "sad" });
  await expect.poll(() => knownNames(queue)).toEqual(["one.mp3"]);
  queue.removeKnown();
  expect(queue.snapshot().drafts.map(({ filename }) => filename)).toEqual(["two.mp3"]);
});

test.each([
  ["refuses", () => problem(403, "scope_missing")],
  ["fails", () => HttpResponse.error()],
  ["never answers", () => new Promise<never>(() => undefined)],
])("an upload goes its way where the service %s", async (_, answer) => {
  const { queue, world } = aQueue([]);
  server.use(http.get(v1("/files"), answer));

  queue.add([aSong("one.mp3", 10)], { mood: "sad" });
  queue.start();

  await expect.poll(() => queue.snapshot().uploads.map(({ progress }) => progress.status)).toEqual(["done"]);
  expect(world.files).toHaveLength(1);
  expect(queue.snapshot().known).toEqual([]);
});

test("nobody asks where the app does not want it", () => {
  const { queue, asked } = aQueue([], { findKnown: false });

  queue.add([aSong("one.mp3", 10)], { mood: "sad" });

  expect(asked).toEqual([]);
});
