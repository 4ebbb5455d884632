import { Uppy, type Body } from "@uppy/core";
import { http } from "msw";
import { afterEach, expect, test, vi } from "vitest";
import { aSong } from "../testing/builders.js";
import { anUploadsWorld, ORIGIN, problem, server, STORE, uploadHandlers, v1, type UploadsWorld } from "../testing/server.js";
import type { UploadStart } from "./api/types.js";
import { Moodrop, type MoodropMeta, type MoodropOptions } from "./uppy.js";

let made: Uppy<MoodropMeta, Body> | null = null;
afterEach(() => made?.destroy());

function anUppy(options: Partial<MoodropOptions> = {}) {
  const world: UploadsWorld = anUploadsWorld();
  server.use(...uploadHandlers(world));
  made = new Uppy<MoodropMeta, Body>().use(Moodrop<MoodropMeta, Body>, { baseUrl: ORIGIN, mood: "happy", ...options });
  return { uppy: made, world };
}

function add(uppy: Uppy<MoodropMeta, Body>, meta: MoodropMeta = {}): string {
  const data = aSong("Nina - Blue.mp3");
  return uppy.addFile({ data, name: data.name, type: data.type, meta });
}

const PICTURE = new Blob(["picture"], { type: "image/jpeg" });

/** Songs are started as ever, covers are refused. */
function refuseCovers(): void {
  server.use(
    http.post<never, UploadStart>(v1("/uploads"), async ({ request }) => {
      const { cover_of } = await request.clone().json();
      return cover_of ? problem(422, "cover_too_large") : undefined;
    }),
  );
}

test("a file goes along with what its meta says, and its record is the body of its success", async () => {
  const { uppy, world } = anUppy();
  const bodies: unknown[] = [];
  uppy.on("upload-success", (_, { body }) => bodies.push(body));
  add(uppy, { mood: "sad", album: "Pastel Blues", duration_seconds: 177 });

  await uppy.upload();

  const song = { mood: "sad", title: "Blue", artist: "Nina", album: "Pastel Blues", duration_seconds: 177 };
  expect(world.files).toMatchObject([song]);
  expect(bodies).toMatchObject([{ file_id: "upload-1", ...song }]);
});

test("the picture in its meta is sent after it, as its cover", async () => {
  const { uppy, world } = anUppy();
  const bodies: unknown[] = [];
  uppy.on("upload-success", (_, { body }) => bodies.push(body));
  add(uppy, { cover: PICTURE });

  await uppy.upload();

  expect(world.started.get("upload-2")).toMatchObject({ cover_of: "upload-1", content_type: "image/jpeg", size_bytes: 7 });
  expect(bodies).toMatchObject([{ file_id: "upload-1", cover_id: "upload-2" }]);
});

test("a picture that cannot be stored is a warning, and the file is there", async () => {
  const { uppy, world } = anUppy({ locale: { strings: { coverFailed: "%{file} bleibt ohne Bild" } } });
  refuseCovers();
  const id = add(uppy, { cover: PICTURE });
  const failed = vi.fn<() => void>();
  uppy.on("upload-error", failed);

  const result = await uppy.upload();

  expect(result?.successful?.map((file) => file.id)).toEqual([id]);
  expect(failed).not.toHaveBeenCalled();
  expect(world.files).toHaveLength(1);
  expect(uppy.getState().info).toMatchObject([
    { type: "warning", message: "Nina - Blue.mp3 bleibt ohne Bild", details: "It is cover_too_large." },
  ]);
});

test("one that is removed before its start has answered is dropped by the service when it has", async () => {
  const { uppy, world } = anUppy();
  const waiting: Array<() => void> = [];
  server.use(http.post(v1("/uploads"), () => new Promise<undefined>((resolve) => waiting.push(() => resolve(undefined)))));
  const id = add(uppy);
  const sent = uppy.upload();
  await expect.poll(() => waiting).toHaveLength(1);

  uppy.removeFile(id);
  waiting[0]?.();

  await expect.poll(() => world.aborted).toEqual(["upload-1"]);
  await sent;
  expect(world.stored.size).toBe(0);
});

test("a pause lets what is on the wire run to its end", async () => {
  const { uppy, world } = anUppy();
  const waiting: Array<() => void> = [];
  server.use(http.put(`${STORE}/:id`, () => new Promise<undefined>((resolve) => waiting.push(() => resolve(undefined)))));
  add(uppy);
  const sent = uppy.upload();
  await expect.poll(() => waiting).toHaveLength(1);

  uppy.pauseAll();
  waiting[0]?.();

  await expect(sent).resolves.toMatchObject({ failed: [], successful: [{ name: "Nina - Blue.mp3" }] });
  expect(waiting).toHaveLength(1);
  expect(world.files).toHaveLength(1);
});
