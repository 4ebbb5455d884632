import { expect, test, vi } from "vitest";
import { announcements } from "./announce";
import { withPart } from "./with-part";

test("what a person asked for runs with the part once it is there", async () => {
  const run = vi.fn<(part: string) => void>();

  await expect(withPart(() => Promise.resolve("part"), run)).resolves.toBe(true);

  expect(run).toHaveBeenCalledExactlyOnceWith("part");
});

test.each([
  ["does not load", () => withPart(() => Promise.reject(new Error("gone")), () => undefined)],
  ["stops working", () => withPart(() => Promise.resolve(""), () => Promise.reject(new Error("broken")))],
])("a part that %s is told", async (_, begin) => {
  await expect(begin()).resolves.toBe(false);

  expect(announcements.get().text).toContain("couldn't load or stopped working");
  expect(announcements.get().shown).toBe(true);
});
