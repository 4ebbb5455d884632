import { Blob as NodeBlob } from "node:buffer";
import { createStore, keys } from "idb-keyval";
import { http } from "msw";
import { afterEach, describe, expect, test, vi } from "vitest";
import { aSong } from "../../testing/builders.js";
import { anUploadsWorld, ORIGIN, problem, server, STORE, uploadHandlers, v1, type UploadsWorld } from "../../testing/server.js";
import { createUploads, type MoodropUploads } from "./create-uploads.js";
import type { UploadsOptions } from "./uploads-options.js";
import type { FileRecord, UploadStart } from "../api/types.js";

let made: MoodropUploads | null = null;
afterEach(() => made?.destroy());

const JPEG = { type: "image/jpeg" };
/** The database of these tests clones as Node does, which knows no Blob but its own. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two differ in nothing that is used here
const aPicture = () => new NodeBlob(["picture"], JPEG) as unknown as Blob;

function aWorld(given: Partial<UploadsWorld> = {}): UploadsWorld {
  const world = anUploadsWorld(given);
  server.use(...uploadHandlers(world));
  return world;
}

/** The queue of a page; the one before is over, as by a reload. */
function aPage(options: UploadsOptions = {}): MoodropUploads {
  made?.destroy();
  made = createUploads({ baseUrl: ORIGIN, owner: "nina", ...options });
  return made;
}

function send(queue: MoodropUploads, song = aSong("blue.mp3"), cover = aPicture()): void {
  queue.add([song], { mood: "sad", cover });
  queue.start();
}

/** What becomes of a cover as it is started; songs are started as ever. */
function onCoverStart(answer: () => Response | Promise<Response>): void {
  server.use(
    http.post<never, UploadStart>(v1("/uploads"), async ({ request }) => {
      const { cover_of } = await request.clone().json();
      return cover_of ? answer() : undefined;
    }),
  );
}

const never = () => new Promise<never>(() => undefined);
/** The song is confirmed, and no more is heard of its picture. */
async function sendAllButTheCover(world: UploadsWorld): Promise<void> {
  const coverStarted = vi.fn<() => Promise<never>>(never);
  onCoverStart(coverStarted);
  send(aPage());
  await expect.poll(() => coverStarted).toHaveBeenCalled();
  server.use(...uploadHandlers(world));
}

const refuse = () => problem(422, "cover_too_large");
/** What would outlive the page. */
const storedKeys = () => keys(createStore("moodrop", "songs"));
const firstProgress = (queue: MoodropUploads) => queue.snapshot().uploads[0]?.progress;

test("a song's picture goes after it, as its cover", async () => {
  const world = aWorld();

  send(aPage());

  await expect.poll(() => world.files[0]?.cover_id).toBe("upload-2");
  expect(world.started.get("upload-2")).toMatchObject({ cover_of: "upload-1", content_type: "image/jpeg", size_bytes: 7 });
  expect(world.files).toHaveLength(1);
});

test("a song is told as uploaded before its picture is sent, and as done after it", async () => {
  const world = aWorld();
  const order: string[] = [];
  const note = (what: string) => (file: FileRecord) => order.push(`${what} ${file.file_id} ${file.cover_id ?? "bare"}`);

  send(aPage({ onUploaded: note("uploaded"), onDone: note("done") }));

  await expect.poll(() => order).toEqual(["uploaded upload-1 bare", "done upload-1 upload-2"]);
  expect(world.files).toHaveLength(1);
});

test("a song without a picture is told once", async () => {
  aWorld();
  const order: string[] = [];
  const queue = aPage({ onUploaded: () => order.push("uploaded"), onDone: () => order.push("done") });

  queue.add([aSong("blue.mp3")], { mood: "sad" });
  queue.start();

  await expect.poll(() => order).toEqual(["done"]);
});

test("a picture waits for no other song, however long that is under way", async () => {
  const world = aWorld();
  const longBegins = vi.fn<() => void>();
  server.use(
    http.put(`${STORE}/:id`, async ({ request }) => {
      if ((await request.clone().arrayBuffer()).byteLength !== 1000) return undefined;
      longBegins();
      return never();
    }),
    http.post<never, UploadStart>(v1("/uploads"), async ({ request }) => {
      if ((await request.clone().json()).cover_of) await vi.waitUntil(() => longBegins.mock.calls.length > 0);
      return undefined;
    }),
  );
  const queue = aPage({ transferOptions: { simultaneous_uploads: 1 } });

  queue.add([aSong("blue.mp3", 10)], { mood: "sad", cover: aPicture() });
  queue.add([aSong("long.mp3", 1000)], { mood: "sad" });
  queue.start();

  await expect.poll(() => world.files[0]?.cover_id ?? null).not.toBeNull();
  const statuses = () => queue.snapshot().uploads.map(({ filename, progress }) => `${filename} ${progress.status}`).toSorted();
  await expect.poll(statuses).toEqual(["blue.mp3 done", "long.mp3 sending"]);
});

test("a picture that the service does not take is not sent", async () => {
  const world = aWorld();
  const limits = { max_upload_bytes: 2000, allowed_content_types: ["audio/*"], cover_content_types: ["image/png"] };
  const queue = aPage({ limits });

  send(queue);

  await expect.poll(() => firstProgress(queue)?.status).toBe("done");
  expect(world.started.size).toBe(1);
});

describe("after a reload", () => {
  test("the picture of a song that is there is sent, and nothing else", async () => {
    const world = aWorld();
    await sendAllButTheCover(world);

    const queue = aPage();

    await expect.poll(() => world.files[0]?.cover_id).toBe("upload-2");
    expect([...world.started.values()].map(({ cover_of }) => cover_of ?? null)).toEqual([null, "upload-1"]);
    await expect.poll(() => firstProgress(queue)?.status).toBe("done");
  });

  test("nothing is left to be sent of a song that has its picture", async () => {
    const world = aWorld();

    send(aPage());

    await expect.poll(() => world.files[0]?.cover_id).toBe("upload-2");
    await expect.poll(storedKeys).toEqual([]);
  });

  test("a picture that was chosen since is left alone", async () => {
    const world = aWorld();
    await sendAllButTheCover(world);
    const [file] = world.files;
    if (file) file.cover_id = "a newer one";

    aPage();

    await expect.poll(storedKeys).toEqual([]);
    expect(world.started.size).toBe(1);
    expect(file?.cover_id).toBe("a newer one");
  });

  test("the picture of a song that was deleted since is forgotten", async () => {
    const world = aWorld();
    await sendAllButTheCover(world);
    server.use(http.get(v1("/uploads/:id"), () => problem(404, "upload_not_found")));

    aPage();

    await expect.poll(storedKeys).toEqual([]);
    expect(world.started.size).toBe(1);
  });

  test("the picture of a large song waits with it for its file", async () => {
    const world = aWorld({ put_max_bytes: 100 });
    server.use(http.put(`${STORE}/:id/:part`, never));
    const small = { keep_max_bytes: 500 };
    const first = aPage({ transferOptions: small });
    send(first, aSong("film.mp4", 1000, "video/mp4"));
    await expect.poll(() => firstProgress(first)?.status).toBe("sending");

    const queue = aPage({ transferOptions: small });

    await expect.poll(() => queue.snapshot().unfinished[0]?.meta.cover?.size).toBe(7);
    expect(world.started.size).toBe(1);
  });
});

describe("where a picture cannot be stored", () => {
  test("the song is there all the same, and says so", async () => {
    aWorld();
    onCoverStart(refuse);
    const order: string[] = [];
    const queue = aPage({ onDone: () => order.push("done"), onCoverFailed: () => order.push("without its cover") });

    send(queue);

    await expect.poll(() => firstProgress(queue)).toMatchObject({ status: "done", cover_error: { code: "cover_too_large" } });
    expect(order).toEqual(["done", "without its cover"]);
  });

  test("it stays listed until somebody has seen it, and is sent again on demand", async () => {
    const world = aWorld();
    onCoverStart(refuse);
    const queue = aPage();
    send(queue);
    await expect.poll(() => firstProgress(queue)?.status).toBe("done");
    server.use(...uploadHandlers(world));

    queue.removeDone();
    queue.resume(queue.snapshot().uploads[0]?.local_id ?? "");

    await expect.poll(() => world.files[0]?.cover_id).toBe("upload-2");
    await expect.poll(() => firstProgress(queue)).toMatchObject({ status: "done", cover_error: null });
    expect(world.files).toHaveLength(1);
  });
});
