import { http, HttpResponse } from "msw";
import { afterEach, describe, expect, test, vi } from "vitest";
import { A_FILM, aSong } from "../../testing/builders.js";
import { anUploadsWorld, ORIGIN, server, STORE, uploadHandlers, v1, type UploadsWorld } from "../../testing/server.js";
import { createUploads, type MoodropUploads } from "./create-uploads.js";
import type { UploadsOptions } from "./uploads-options.js";

let made: MoodropUploads | null = null;
afterEach(() => made?.destroy());

function aQueue(options: UploadsOptions = {}, given: Partial<UploadsWorld> = {}) {
  const world = anUploadsWorld(given);
  server.use(...uploadHandlers(world));
  made = createUploads({ baseUrl: ORIGIN, ...options });
  return { queue: made, world };
}

const statuses = (queue: MoodropUploads) => queue.snapshot().uploads.map(({ progress }) => progress.status);
const LIMITS = { max_upload_bytes: 2000, allowed_content_types: ["audio/*", "application/pdf"] };

test("files are drafts until they are started, and then become files of the service", async () => {
  const onDone = vi.fn<() => void>();
  const { queue, world } = aQueue({ onDone });

  queue.add([aSong("Nina - Blue.mp3")], { mood: "sad" });
  expect(queue.snapshot().drafts[0]?.meta).toMatchObject({ title: "Blue", artist: "Nina", mood: "sad" });
  queue.start();

  await expect.poll(() => statuses(queue)).toEqual(["done"]);
  expect(world.files[0]).toMatchObject({ title: "Blue", artist: "Nina", mood: "sad" });
  expect(onDone).toHaveBeenCalledOnce();
});

test("files that are added and started leave the other drafts alone", async () => {
  const { queue, world } = aQueue({ limits: LIMITS });
  queue.add([aSong("draft.mp3")], { mood: "sad" });

  queue.addAndStart([aTrackFile("one"), aTrackFile("two"), aSong("a.zip", 1, "application/zip")], { mood: "happy" });

  await expect.poll(() => statuses(queue)).toEqual(["done", "done"]);
  expect(world.files.map(({ mood }) => mood)).toEqual(["happy", "happy"]);
  expect(queue.snapshot().drafts.map(({ filename }) => filename)).toEqual(["draft.mp3"]);
  expect(queue.snapshot().refused.map(({ filename }) => filename)).toEqual(["a.zip"]);
});

test("what may not come in is told, each with its reason", () => {
  const { queue } = aQueue({ limits: LIMITS });

  const song = aSong();
  queue.add([song, song, aSong("big.wav", 2001, "audio/wav"), aSong("a.zip", 1, "application/zip")], { mood: "sad" });

  expect(queue.snapshot().refused.map(({ filename, reason }) => [filename, reason])).toEqual([
    ["blue.mp3", "known"],
    ["big.wav", "too_large"],
    ["a.zip", "not_allowed"],
  ]);
  expect(queue.snapshot().drafts).toHaveLength(1);
});

test("whatever a file is called, the service takes the name", async () => {
  const { queue, world } = aQueue();

  const file = Object.defineProperty(aSong(), "name", { value: "a\ud800.mp3" });
  queue.add([file], { mood: "" });
  queue.start();

  await expect.poll(() => statuses(queue)).toEqual(["done"]);
  expect(world.started.get("upload-1")).toMatchObject({ filename: "a\ufffd.mp3", mood: null, title: "a" });
});

const aTrackFile = (content: string) => new File([content], "01.mp3", { type: "audio/mpeg", lastModified: 7 });

test("two different files of one name, size and date are both sent; the same file twice is not", async () => {
  const { queue, world } = aQueue({ limits: LIMITS });

  queue.add([aTrackFile("one"), aTrackFile("two"), aTrackFile("one"), aTrackFile("two"), aTrackFile("six")], { mood: "sad" });
  await expect.poll(() => queue.snapshot().drafts.length + queue.snapshot().refused.length).toBe(5);
  expect(queue.snapshot().refused.map(({ reason }) => reason)).toEqual(["known", "known"]);
  expect(queue.snapshot().drafts.map(({ fingerprint }) => fingerprint)).toEqual(["01.mp3|3|7", "01.mp3|3|7|2", "01.mp3|3|7|3"]);
  queue.start();

  await expect.poll(() => statuses(queue)).toEqual(["done", "done", "done"]);
  expect(world.files).toHaveLength(3);
});

test("a mood that is chosen while a file is compared is that file's too", async () => {
  const { queue } = aQueue();
  queue.add([aTrackFile("a"), aTrackFile("b")], { mood: "sad" });
  expect(queue.snapshot().drafts).toHaveLength(1);

  queue.editAll({ mood: "happy" });

  await expect.poll(() => queue.snapshot().drafts.map(({ meta }) => meta.mood)).toEqual(["happy", "happy"]);
});

test("a file that is still compared when the choice is dropped does not come back", async () => {
  const { queue } = aQueue({ limits: LIMITS });

  queue.add([aTrackFile("one"), aTrackFile("two")], { mood: "sad" });
  queue.discardDrafts();
  queue.add([aTrackFile("six"), aTrackFile("ten")], { mood: "sad" });

  await expect.poll(() => queue.snapshot().drafts).toHaveLength(2);
  expect(queue.snapshot().drafts.map(({ file }) => file.size)).toEqual([3, 3]);
  expect(queue.snapshot().drafts.map(({ fingerprint }) => fingerprint)).toEqual(["01.mp3|3|7", "01.mp3|3|7|2"]);
});

test("a file whose kind the browser does not know is known by its name", () => {
  const { queue } = aQueue({ limits: LIMITS });

  queue.add([aSong("tape.FLAC", 10, "")], { mood: "sad" });

  expect(queue.snapshot().drafts[0]?.content_type).toBe("audio/flac");
});

describe("what a file says of itself", () => {
  const description = { title: "Feeling Good", album: "I Put a Spell on You", duration_seconds: 177 };

  test("is taken, and sent along, also when it is known only after the start", async () => {
    const { queue, world } = aQueue({ describe: () => new Promise((resolve) => setTimeout(resolve, 50, description)) });

    queue.add([aSong("01.mp3")], { mood: "sad" });
    queue.start();

    await expect.poll(() => statuses(queue)).toEqual(["done"]);
    expect(world.files[0]).toMatchObject(description);
  });

  test("gives way to what a person said", async () => {
    const { queue } = aQueue({ describe: () => new Promise((resolve) => setTimeout(resolve, 50, description)) });

    queue.add([aSong("01.mp3")], { mood: "sad" });
    queue.edit(queue.snapshot().drafts[0]?.local_id ?? "", { title: "Mine" });

    await expect.poll(() => queue.snapshot().drafts[0]?.meta).toMatchObject({ title: "Mine", album: description.album });
  });

  test("may never come: the file is sent without, and so are those behind it", async () => {
    const never = new Promise<object>(() => undefined);
    const { queue } = aQueue({ describe: () => never, transferOptions: { describe_within_ms: 20 } });

    started(queue, ...["1.mp3", "2.mp3", "3.mp3", "4.mp3"].map((name) => aSong(name)));

    await expect.poll(() => statuses(queue)).toEqual(["done", "done", "done", "done"]);
  });

  test("may fail: the file is sent without", async () => {
    const { queue, world } = aQueue({ describe: () => Promise.reject(new Error("no tags")) });

    queue.add([aSong("01.mp3")], { mood: "sad" });
    queue.start();

    await expect.poll(() => statuses(queue)).toEqual(["done"]);
    expect(world.files[0]).toMatchObject({ title: "01" });
  });
});

test("those chosen together begin in that order, whichever is ready first", async () => {
  const late = new Promise<object>((resolve) => setTimeout(resolve, 100, {}));
  const { queue, world } = aQueue({ describe: async ({ filename }) => (filename === "1.mp3" ? late : {}) });
  const names = ["1.mp3", "2.mp3", "3.mp3", "4.mp3", "5.mp3"];

  queue.add(names.map((name) => aSong(name)), { mood: "sad" });
  queue.start();

  await expect.poll(() => statuses(queue)).toEqual(names.map(() => "done"));
  expect([...world.started.values()].map(({ filename }) => filename)).toEqual(names);
});

test("on a slow line the smallest is sent first, alone; all keep their order in the library", async () => {
  const { queue, world } = aQueue();
  const { puts, letGo } = blockedPuts();
  const names = ["1.mp3", "2.mp3", "3.mp3", "4.mp3"];
  started(queue, ...names.map((name, index) => aSong(name, [900, 300, 700, 100][index])));

  await expect.poll(() => statuses(queue)).toEqual(["queued", "queued", "queued", "sending"]);

  expect([...world.started.values()].map(({ filename }) => filename)).toEqual(names);
  expect(puts).toEqual(["/upload-4"]);
  letGo();
  await expect.poll(() => puts[1]).toBe("/upload-2");
  await expect.poll(() => (letGo(), statuses(queue))).toEqual(names.map(() => "done"));
});

test("three are sent at once when the first was quick", async () => {
  const { queue } = aQueue();
  const { puts, letGo } = blockedPuts();
  started(queue, ...[1, 2, 3, 4, 5].map((number) => aSong(`${number}.mp3`, number)));
  await expect.poll(() => puts).toHaveLength(1);

  letGo();

  await expect.poll(() => statuses(queue)).toEqual(["done", "sending", "sending", "sending", "queued"]);
});

test("one that waits for its turn can be paused, and continues", async () => {
  const { queue } = aQueue();
  const { puts, letGo } = blockedPuts();
  started(queue, aSong("1.mp3", 900), aSong("2.mp3", 100));
  await expect.poll(() => statuses(queue)).toEqual(["queued", "sending"]);

  queue.pause(idOf(queue));
  letGo();
  await expect.poll(() => statuses(queue)).toEqual(["paused", "done"]);
  expect(puts).toEqual(["/upload-2"]);

  queue.resume(idOf(queue));
  await expect.poll(() => (letGo(), statuses(queue))).toEqual(["done", "done"]);
  expect(puts).toEqual(["/upload-2", "/upload-1"]);
});

test("one that is paused before it has begun holds up none behind it", async () => {
  const never = new Promise<object>(() => undefined);
  const { queue, world } = aQueue({ describe: async ({ filename }) => (filename === "1.mp3" ? never : {}) });

  queue.add([aSong("1.mp3"), aSong("2.mp3")], { mood: "sad" });
  queue.start();
  await expect.poll(() => statuses(queue)).toEqual(["preparing", "preparing"]);
  queue.pause(queue.snapshot().uploads[0]?.local_id ?? "");

  await expect.poll(() => statuses(queue)).toEqual(["paused", "done"]);
  expect([...world.started.values()].map(({ filename }) => filename)).toEqual(["2.mp3"]);
});

test("each may have a mood of its own, or all the same", async () => {
  const { queue, world } = aQueue();
  queue.add([aSong("a.mp3"), aSong("b.mp3"), aSong("c.mp3")], { mood: "sad" });

  queue.editAll({ mood: "neutral" });
  queue.edit(queue.snapshot().drafts[1]?.local_id ?? "", { mood: "happy" });
  queue.start();

  await expect.poll(() => statuses(queue)).toEqual(["done", "done", "done"]);
  const moods = world.files.map(({ title, mood }) => `${title}: ${mood}`);
  expect(moods.toSorted()).toEqual(["a: neutral", "b: happy", "c: neutral"]);
});

test("a removed one is dropped by the service", async () => {
  const { queue, world } = aQueue();
  server.use(http.put(`${STORE}/:id`, () => new Promise<never>(() => undefined)));
  queue.add([aSong("a.mp3")], { mood: "sad" });
  queue.start();
  await expect.poll(() => statuses(queue)).toEqual(["sending"]);

  queue.removeActive();

  await expect.poll(() => world.aborted).toEqual(["upload-1"]);
  expect(queue.snapshot().uploads).toEqual([]);
});

test("one that is removed before its start has answered is dropped by the service when it has", async () => {
  const { queue, world } = aQueue();
  const waiting: Array<() => void> = [];
  server.use(http.post(v1("/uploads"), () => new Promise<undefined>((resolve) => waiting.push(() => resolve(undefined)))));
  queue.add([aSong("a.mp3")], { mood: "sad" });
  queue.start();
  await expect.poll(() => waiting).toHaveLength(1);

  queue.removeActive();
  waiting[0]?.();

  await expect.poll(() => world.aborted).toEqual(["upload-1"]);
  expect(world.stored.size).toBe(0);
});

/** PUTs to the store wait until they are let go; their addresses so far. */
function blockedPuts() {
  const [puts, doors]: [string[], Array<(answer?: Response) => void>] = [[], []];
  const hold = ({ request }: { request: Request }) => {
    puts.push(request.url.slice(STORE.length));
    return new Promise<Response | undefined>((resolve) => doors.push(resolve));
  };
  server.use(http.put(`${STORE}/:id`, hold), http.put(`${STORE}/:id/:part`, hold));
  return { puts, letGo: (answer?: Response) => doors.splice(0).forEach((open) => open(answer)) };
}

const never = () => new Promise<never>(() => undefined);

function started(queue: MoodropUploads, ...songs: File[]): void {
  queue.add(songs, { mood: "sad" });
  queue.start();
}

const idOf = (queue: MoodropUploads) => queue.snapshot().uploads[0]?.local_id ?? "";

describe("a pause", () => {
  test("lets what is on the wire run to its end, and holds the rest", async () => {
    const { queue, world } = aQueue({ transferOptions: { simultaneous_uploads: 1 } });
    const { puts, letGo } = blockedPuts();
    started(queue, aSong("a.mp3"), aSong("b.mp3"));
    await expect.poll(() => puts).toHaveLength(1);

    queue.pauseAll();

    expect(statuses(queue)).toEqual(["pausing", "paused"]);
    letGo();
    await expect.poll(() => statuses(queue)).toEqual(["done", "paused"]);
    expect(world.files.map(({ filename }) => filename)).toEqual(["a.mp3"]);
    expect(puts).toHaveLength(1);
  });

  test("taken back in time changes nothing", async () => {
    const { queue } = aQueue();
    const { puts, letGo } = blockedPuts();
    started(queue, aSong("a.mp3"));
    await expect.poll(() => puts).toHaveLength(1);

    queue.pauseAll();
    queue.resumeAll();

    expect(statuses(queue)).toEqual(["sending"]);
    letGo();
    await expect.poll(() => statuses(queue)).toEqual(["done"]);
    expect(puts).toHaveLength(1);
  });

  test("ends a transfer whose connection breaks meanwhile: nothing is sent again before it is resumed", async () => {
    const { queue } = aQueue();
    const { puts, letGo } = blockedPuts();
    started(queue, aSong("a.mp3"));
    await expect.poll(() => puts).toHaveLength(1);
    queue.pause(idOf(queue));
    letGo(HttpResponse.error());

    await expect.poll(() => statuses(queue)).toEqual(["paused"]);
    expect(puts).toHaveLength(1);
  });

  test("lets the parts on the wire run to their end, and begins no other", async () => {
    const { queue, world } = aQueue({}, { put_max_bytes: 100 });
    const { puts, letGo } = blockedPuts();
    started(queue, aSong("a.mp3", 1000));
    await expect.poll(() => puts).toHaveLength(4);

    queue.pause(idOf(queue));
    expect(statuses(queue)).toEqual(["pausing"]);
    letGo();
    await expect.poll(() => statuses(queue)).toEqual(["paused"]);
    expect(world.stored.size).toBe(4);

    queue.resume(idOf(queue));
    await expect.poll(() => (letGo(), statuses(queue))).toEqual(["done"]);
    expect(puts.toSorted()).toEqual([...new Set(puts)].toSorted());
  });

  test("taken back while parts are on the wire goes on with the others by itself", async () => {
    const { queue } = aQueue({}, { put_max_bytes: 100 });
    const { puts, letGo } = blockedPuts();
    started(queue, aSong("a.mp3", 1000));
    await expect.poll(() => puts).toHaveLength(4);

    queue.pause(idOf(queue));
    queue.resume(idOf(queue));

    await expect.poll(() => (letGo(), statuses(queue))).toEqual(["done"]);
    expect(puts).toHaveLength(10);
  });
});

describe("a browser whose database", () => {
  const hangs = { open: () => ({}) };
  const refuses = {
    open() {
      throw new DOMException("denied", "SecurityError");
    },
  };
  const fails = {
    open() {
      const request = { onerror: () => undefined, error: new DOMException("broken", "UnknownError") };
      queueMicrotask(() => request.onerror());
      return request;
    },
  };

  test.each(Object.entries({ hangs, refuses, fails, "is missing": undefined }))("%s still uploads, and shows what is unfinished", async (_, database) => {
    vi.stubGlobal("indexedDB", database);
    const { queue } = aQueue({ owner: "me" }, { put_max_bytes: 1000, started: new Map([["upload-1", A_FILM]]) });

    started(queue, aSong("a.mp3"));

    await expect.poll(() => statuses(queue)).toEqual(["done"]);
    await expect.poll(() => queue.snapshot().unfinished.map(({ filename }) => filename)).toEqual(["film.mp4"]);
  });
});

test("locks that never answer hide nothing either", async () => {
  vi.stubGlobal("navigator", { locks: { request: never, query: never } });
  vi.resetModules();
  const { listLockNames } = await import("../persistence/tab-locks.js");

  await expect(listLockNames()).resolves.toEqual(new Set());
});
