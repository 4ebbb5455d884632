import { createStore, keys } from "idb-keyval";
import { http, HttpResponse } from "msw";
import { afterEach, describe, expect, test, vi } from "vitest";
import { aSong } from "../../testing/builders.js";
import { anUploadsWorld, ORIGIN, problem, server, STORE, uploadHandlers, v1, type UploadsWorld } from "../../testing/server.js";
import type { FileMeta, FileRecord } from "../api/types.js";
import { createUploads, type MoodropUploads } from "./create-uploads.js";
import type { UploadsOptions } from "./uploads-options.js";

let made: MoodropUploads | null = null;
afterEach(() => made?.destroy());

/** The queue of a page; the one before is over, as by a reload. */
function aPage(options: UploadsOptions = {}): MoodropUploads {
  made?.destroy();
  made = createUploads({ baseUrl: ORIGIN, owner: "nina", ...options });
  return made;
}

interface Gate {
  /** How many requests wait at it. */
  waiting: () => number;
  letGo: () => void;
}

/** Holds such requests until it is told to let them go, and all that come later pass. */
function aGate(method: "put" | "post", path: string): Gate {
  let [isOpen, count] = [false, 0];
  const waiting: Array<() => void> = [];
  const pass = async () => {
    count += 1;
    if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
    count -= 1;
    return undefined;
  };
  server.use(http[method](path, pass));
  return {
    waiting: () => count,
    letGo() {
      isOpen = true;
      for (const go of waiting.splice(0)) go();
    },
  };
}

const atTheStore = () => aGate("put", `${STORE}/:id`);
const atTheConfirm = () => aGate("post", v1("/uploads/:id/confirm"));

function aWorld(): UploadsWorld {
  const world = anUploadsWorld();
  server.use(...uploadHandlers(world));
  return world;
}

/** Start "Nina - Blue.mp3" and wait until the gate holds it. */
async function begin(gate: Gate, options: UploadsOptions = {}, song = aSong("Nina - Blue.mp3")) {
  const queue = aPage(options);
  queue.add([song], { mood: "sad" });
  queue.start();
  await expect.poll(gate.waiting).toBe(1);
  return queue;
}

const firstOf = (queue: MoodropUploads) => queue.snapshot().uploads[0];
const edit = (queue: MoodropUploads, meta: Partial<FileMeta>) => queue.edit(firstOf(queue)?.local_id ?? "", meta);
const status = (queue: MoodropUploads) => firstOf(queue)?.progress.status;
const storedKinds = async () => (await keys<[string, string, string]>(createStore("moodrop", "songs"))).map(([, kind]) => kind);

describe("what a person changes while the bytes travel", () => {
  test("goes with the confirm", async () => {
    const [world, gate] = [aWorld(), atTheStore()];
    const queue = await begin(gate);

    edit(queue, { title: "Bluer", mood: "happy" });
    gate.letGo();

    await expect.poll(() => status(queue)).toBe("done");
    expect(world.files[0]).toMatchObject({ title: "Bluer", artist: "Nina", mood: "happy", revision: 1 });
    expect(firstOf(queue)?.edited).toEqual([]);
  });

  test("goes with the confirm as tags, too, without what no tag can be", async () => {
    const [world, gate] = [aWorld(), atTheStore()];
    const queue = await begin(gate);

    edit(queue, { tags: [" live ", "live", "night\ndrive", " ", "x".repeat(50)] });
    gate.letGo();

    await expect.poll(() => status(queue)).toBe("done");
    expect(world.files[0]).toMatchObject({ tags: ["live", "night drive", "x".repeat(40)], revision: 1 });
  });

  test("is emptied of tags right after it", async () => {
    const [world, gate] = [aWorld(), atTheStore()];
    const queue = aPage();
    queue.add([aSong("Blue.mp3")], { mood: "sad" });
    queue.edit(queue.snapshot().drafts[0]?.local_id ?? "", { tags: ["live"] });
    queue.start();
    await expect.poll(gate.waiting).toBe(1);

    edit(queue, { tags: [] });
    gate.letGo();

    await expect.poll(() => status(queue)).toBe("done");
    expect(world.files[0]).toMatchObject({ tags: [], revision: 2 });
  });

  test("is emptied right after it, since a confirm empties nothing", async () => {
    const [world, gate] = [aWorld(), atTheStore()];
    const onDone = vi.fn<(file: FileRecord) => void>();
    const queue = await begin(gate, { onDone });

    edit(queue, { artist: "" });
    gate.letGo();

    await expect.poll(() => status(queue)).toBe("done");
    expect(world.files[0]).toMatchObject({ title: "Blue", artist: null, revision: 2 });
    expect(onDone.mock.calls.map(([{ artist }]) => artist)).toEqual([null]);
  });

  test("is sent by an edit if the confirm is already on its way", async () => {
    const [world, gate] = [aWorld(), atTheConfirm()];
    const queue = await begin(gate);

    edit(queue, { title: "Bluer" });
    gate.letGo();

    await expect.poll(() => status(queue)).toBe("done");
    expect(world.files[0]).toMatchObject({ title: "Bluer", artist: "Nina" });
  });

  test("is not lost when others change the file first", async () => {
    const [world, gate] = [aWorld(), atTheStore()];
    const queue = await begin(gate);
    server.use(
      http.patch(v1("/files/:id"), () => {
        world.files = world.files.map((file) => ({ ...file, album: "Theirs", revision: file.revision + 1 }));
        return problem(412, "file_changed");
      }, { once: true }),
    );

    edit(queue, { artist: "" });
    gate.letGo();

    await expect.poll(() => status(queue)).toBe("done");
    expect(world.files[0]).toMatchObject({ artist: null, album: "Theirs" });
  });

  test("is kept for the retry of an upload that fails", async () => {
    const world = aWorld();
    server.use(http.put(`${STORE}/:id`, () => HttpResponse.xml("<Error><Code>BadDigest</Code></Error>", { status: 400 }), { once: true }));
    const queue = aPage();
    queue.add([aSong("Blue.mp3")], { mood: "sad" });
    queue.start();
    await expect.poll(() => status(queue)).toBe("failed");

    edit(queue, { title: "Bluer" });
    queue.resume(firstOf(queue)?.local_id ?? "");

    await expect.poll(() => status(queue)).toBe("done");
    expect(world.files[0]?.title).toBe("Bluer");
  });

  test("is not replaced by what the file says of itself", async () => {
    const [world, gate] = [aWorld(), atTheStore()];
    const waiting: Array<(meta: Partial<FileMeta>) => void> = [];
    const queue = aPage({ describe: () => new Promise((resolve) => void waiting.push(resolve)) });
    queue.add([aSong("Blue.mp3")], { mood: "sad" });
    queue.start();
    await expect.poll(() => status(queue)).toBe("preparing");

    edit(queue, { title: "Mine" });
    for (const answer of waiting) answer({ title: "Tagged", album: "Tides" });
    await expect.poll(gate.waiting).toBe(1);
    gate.letGo();

    await expect.poll(() => status(queue)).toBe("done");
    expect(world.files[0]).toMatchObject({ title: "Mine", album: "Tides" });
  });
});

async function uploaded(options: UploadsOptions = {}) {
  const world = aWorld();
  const queue = aPage(options);
  queue.add([aSong("Blue.mp3")], { mood: "sad" });
  queue.start();
  await expect.poll(() => status(queue)).toBe("done");
  return { world, queue };
}

describe("what a person changes once the file is recorded", () => {
  test("is saved soon after the last key, and reported", async () => {
    const onEdited = vi.fn<(file: FileRecord) => void>();
    const { world, queue } = await uploaded({ onEdited });

    edit(queue, { title: "Bl" });
    edit(queue, { title: "Bluer" });
    expect(world.files[0]?.title).toBe("Blue");

    await expect.poll(() => onEdited.mock.calls.map(([{ title }]) => title)).toEqual(["Bluer"]);
    expect(world.files[0]).toMatchObject({ title: "Bluer", revision: 2 });
    await expect.poll(() => firstOf(queue)?.progress).toMatchObject({ status: "done", file: { title: "Bluer" } });
    queue.removeDone();
    expect(queue.snapshot().uploads).toEqual([]);
  });

  test("is not sent again if the tags are the same", async () => {
    const onEdited = vi.fn<(file: FileRecord) => void>();
    const { world, queue } = await uploaded({ onEdited });
    edit(queue, { tags: ["live"] });
    await expect.poll(() => onEdited.mock.calls.length).toBe(1);
    expect(world.files[0]).toMatchObject({ tags: ["live"], revision: 2 });

    edit(queue, { tags: ["live"] });

    await expect.poll(() => onEdited.mock.calls.length).toBe(2);
    expect(world.files[0]?.revision).toBe(2);
  });

  test("is saved at once when the row goes", async () => {
    const { world, queue } = await uploaded();

    edit(queue, { title: "Bluer" });
    queue.removeSettled();

    await expect.poll(() => world.files[0]?.title).toBe("Bluer");
  });

  test("stays in its row if it cannot be saved, and is tried again", async () => {
    const onEditFailed = vi.fn<() => void>();
    const { world, queue } = await uploaded({ onEditFailed });
    server.use(http.patch(v1("/files/:id"), () => problem(403, "scope_missing"), { once: true }));

    edit(queue, { title: "Bluer" });
    await expect.poll(() => firstOf(queue)?.edit_error?.code).toBe("scope_missing");
    expect(onEditFailed).toHaveBeenCalledOnce();
    queue.removeDone();
    expect(firstOf(queue)?.meta.title).toBe("Bluer");

    queue.retryAll();

    await expect.poll(() => world.files[0]?.title).toBe("Bluer");
    await expect.poll(() => [firstOf(queue)?.edit_error, firstOf(queue)?.edited]).toEqual([null, []]);
  });
});

describe("after a reload", () => {
  test("a small song continues as it was last called", async () => {
    const [world, gate] = [aWorld(), atTheStore()];
    const queue = await begin(gate);
    edit(queue, { title: "Bluer", artist: "" });
    await expect.poll(storedKinds).toContain("edits");

    const next = aPage({ describe: () => Promise.resolve({ artist: "Tagged" }) });
    gate.letGo();

    await expect.poll(() => status(next)).toBe("done");
    expect(world.files[0]).toMatchObject({ title: "Bluer", artist: null });
    await expect.poll(storedKinds).toEqual([]);
  });

  test("a file that has to be chosen again is called as it was last", async () => {
    const [world, gate] = [aWorld(), atTheStore()];
    const transferOptions = { keep_max_bytes: 10 };
    const song = aSong("Nina - Blue.mp3");
    const queue = await begin(gate, { transferOptions }, song);
    edit(queue, { title: "Bluer" });
    await expect.poll(storedKinds).toEqual(["edits"]);

    const next = aPage({ transferOptions });
    await expect.poll(() => next.snapshot().unfinished[0]?.meta.title).toBe("Bluer");
    gate.letGo();
    next.continueWith([song]);

    await expect.poll(() => status(next)).toBe("done");
    expect(world.files[0]?.title).toBe("Bluer");
  });

  test("a file that was recorded meanwhile is called as it was last", async () => {
    const world = aWorld();
    const queue = aPage();
    queue.add([aSong("Blue.mp3")], { mood: "sad" });
    queue.start();
    await expect.poll(() => status(queue)).toBe("done");
    server.use(http.patch(v1("/files/:id"), () => new Promise<never>(() => undefined), { once: true }));
    edit(queue, { title: "Bluer" });
    await expect.poll(storedKinds).toEqual(["edits"]);

    const onEdited = vi.fn<(file: FileRecord) => void>();
    aPage({ onEdited });

    await expect.poll(() => onEdited.mock.calls.map(([{ title }]) => title)).toEqual(["Bluer"]);
    expect(world.files[0]?.title).toBe("Bluer");
    await expect.poll(storedKinds).toEqual([]);
  });

  test("what was changed of an upload that is gone is forgotten", async () => {
    const [world, gate] = [aWorld(), atTheStore()];
    const transferOptions = { keep_max_bytes: 10 };
    edit(await begin(gate, { transferOptions }), { title: "Bluer" });
    await expect.poll(storedKinds).toEqual(["edits"]);
    world.started.clear();

    aPage({ transferOptions });

    await expect.poll(storedKinds).toEqual([]);
    gate.letGo();
  });
});
