import { expect, test } from "vitest";
import { aCacheStorage } from "./testing/caches";
import { takeShared } from "./features/uploads/choose/take-shared";
import { answerShare, isShare } from "./features/player/worker/shared-files";

function aShare(...files: File[]): Request {
  const form = new FormData();
  for (const file of files) form.append("files", file);
  form.append("title", "Not a file");
  return Object.assign(new Request("http://page.test/share", { method: "POST" }), { formData: () => Promise.resolve(form) });
}

const namesOf = async (caches: CacheStorage, now?: number) => {
  const { files, leftOut } = await takeShared(caches, now);
  return [files.map(({ name, type }) => [name, type]), leftOut.unreadable];
};

test("what is shared is taken once, with its name and type, and leads to the page", async () => {
  const caches = aCacheStorage();
  const response = await answerShare(aShare(new File(["abc"], "Grüße ✓.mp3", { type: "audio/mpeg" }), new File([], "x")), caches);

  expect([response.status, response.headers.get("location")]).toEqual([303, "http://page.test/"]);
  expect(await namesOf(caches)).toEqual([[["Grüße ✓.mp3", "audio/mpeg"], ["x", "application/octet-stream"]], 0]);
  expect(await caches.keys()).toEqual([]);
  expect(await namesOf(caches)).toEqual([[], 0]);
});

test("the next share takes the place of the last, and what does not fit is counted", async () => {
  const caches = aCacheStorage();
  await answerShare(aShare(new File(["abc"], "old.mp3")), caches);
  await answerShare(aShare(new File(["abcdef"], "large.mp3"), new File(["abc"], "small.mp3")), caches, 5);

  expect(await namesOf(caches)).toEqual([[["small.mp3", "application/octet-stream"]], 1]);
});

test("what nobody took within an hour is dropped", async () => {
  const caches = aCacheStorage();
  await answerShare(aShare(new File(["abc"], "old.mp3")), caches);

  expect(await namesOf(caches, Date.now() + 3_600_001)).toEqual([[], 0]);
  expect(await caches.keys()).toEqual([]);
});

test("only a form that is sent there is a share", () => {
  expect(isShare({ mode: "navigate", method: "POST" }, "/share")).toBe(true);
  expect(isShare({ mode: "navigate", method: "GET" }, "/share")).toBe(false);
  expect(isShare({ mode: "cors", method: "POST" }, "/share")).toBe(false);
  expect(isShare({ mode: "navigate", method: "POST" }, "/v1/share")).toBe(false);
});
