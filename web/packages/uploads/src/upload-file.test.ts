import { expect, test } from "vitest";
import { anUploadsWorld, ORIGIN, server, uploadHandlers, v1 } from "../testing/server.js";
import { http } from "msw";
import { uploadFile, type FileProgress } from "./upload-file.js";

function aWorld() {
  const world = anUploadsWorld();
  server.use(...uploadHandlers(world));
  return world;
}

const picture = () => new File(["picture"], "me.jpg", { type: "image/jpeg" });

test("one file becomes a record with its details, bound to its checksum", async () => {
  const world = aWorld();

  await expect(uploadFile(picture(), { baseUrl: ORIGIN, mood: "sad", details: { title: "Me" } })).resolves.toMatchObject({ file_id: "upload-1" });

  const checksum = { algorithm: "crc32c", value_base64: "T3fd9w==" };
  expect(world.started.get("upload-1")).toMatchObject({ filename: "me.jpg", content_type: "image/jpeg", title: "Me", mood: "sad", checksum });
});

test("a blob takes the given name, and its type follows from that", async () => {
  const world = aWorld();

  await uploadFile(new Blob(["sound"]), { baseUrl: ORIGIN, filename: "tone.opus" });

  expect(world.started.get("upload-1")).toMatchObject({ filename: "tone.opus", content_type: "audio/ogg" });
});

test("progress ends at 100 percent, once the service has recorded the file", async () => {
  aWorld();
  const seen: FileProgress[] = [];

  await uploadFile(picture(), { baseUrl: ORIGIN, onProgress: (progress) => seen.push(progress) });

  expect(seen.at(-1)).toEqual({ status: "done", sent_bytes: 7, size_bytes: 7, percent: 100 });
  expect(seen.slice(0, -1).every(({ percent }) => percent < 100)).toBe(true);
  expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(["preparing", "sending", "confirming", "done"]));
});

test("a cover follows its file", async () => {
  const world = aWorld();

  const record = await uploadFile(new File(["s"], "a.mp3"), { baseUrl: ORIGIN, cover: new Blob(["c"], { type: "image/png" }) });

  expect(record).toMatchObject({ file_id: "upload-1", cover_id: "upload-2" });
  expect(world.started.get("upload-2")).toMatchObject({ cover_of: "upload-1" });
});

test("an aborted signal sends nothing, and one that is aborted later ends the transfer", async () => {
  const world = aWorld();
  const stop = new AbortController();

  await expect(uploadFile(picture(), { baseUrl: ORIGIN, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  expect(world.started.size).toBe(0);

  server.use(http.post(v1("/uploads/:id/confirm"), () => new Promise<never>(() => stop.abort())));
  await expect(uploadFile(picture(), { baseUrl: ORIGIN, signal: stop.signal })).rejects.toMatchObject({ name: "AbortError" });
});
