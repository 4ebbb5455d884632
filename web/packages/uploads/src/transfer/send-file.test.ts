import { expect, test } from "vitest";
import { anUploadsWorld, ORIGIN, server, uploadHandlers } from "../../testing/server.js";
import { sendFile } from "./send-file.js";

test("one file becomes a record with its details, bound to its checksum", async () => {
  const world = anUploadsWorld();
  server.use(...uploadHandlers(world));
  const picture = new File(["picture"], "me.jpg", { type: "image/jpeg" });

  await expect(sendFile(picture, { baseUrl: ORIGIN, details: { title: "Me" } })).resolves.toMatchObject({ file_id: "upload-1" });

  const checksum = { algorithm: "crc32c", value_base64: "T3fd9w==" };
  expect(world.started.get("upload-1")).toMatchObject({ filename: "me.jpg", content_type: "image/jpeg", title: "Me", checksum });
});
