import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { aFile } from "../../testing/builders.js";
import { anUploadsWorld, ORIGIN, problem, server, STORE, uploadHandlers, v1 } from "../../testing/server.js";
import { sendCover } from "./send-cover.js";

const PICTURE = new Blob(["picture"], { type: "image/jpeg" });
const OPTIONS = { baseUrl: ORIGIN };

function aWorld() {
  const world = anUploadsWorld({ files: [aFile()] });
  server.use(...uploadHandlers(world));
  return world;
}

test("a picture becomes the cover of its file, bound to its checksum", async () => {
  const world = aWorld();

  await expect(sendCover("file-1", PICTURE, OPTIONS)).resolves.toMatchObject({ file_id: "file-1", cover_id: "upload-1" });

  const checksum = { algorithm: "crc32c", value_base64: "T3fd9w==" };
  expect(world.started.get("upload-1")).toMatchObject({ cover_of: "file-1", content_type: "image/jpeg", size_bytes: 7, checksum });
});

test("it is sent again after a connection that broke, and to a fresh URL after one that expired", async () => {
  const world = aWorld();
  const responses = [HttpResponse.error(), new HttpResponse(null, { status: 403 })];
  server.use(http.put(`${STORE}/:id`, () => responses.shift()));

  await sendCover("file-1", PICTURE, OPTIONS);

  expect(responses).toEqual([]);
  expect(world.files[0]?.cover_id).toBe("upload-1");
});

test("a refusal of the service rejects with its code", async () => {
  aWorld();
  server.use(http.post(v1("/uploads"), () => problem(422, "cover_too_large")));

  await expect(sendCover("file-1", PICTURE, OPTIONS)).rejects.toMatchObject({ code: "cover_too_large" });
});
