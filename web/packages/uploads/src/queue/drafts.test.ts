import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aSong } from "../../testing/builders.js";
import { passTime, silence, stopClock } from "../../testing/clock.js";
import { anUploadsWorld, ORIGIN, server, uploadHandlers, type UploadsWorld } from "../../testing/server.js";
import { createUploads, type MoodropUploads } from "./create-uploads.js";
import type { DescribeFile } from "./drafts.js";

let world: UploadsWorld;
let queue: MoodropUploads | null = null;

beforeEach(() => {
  world = anUploadsWorld();
  server.use(...uploadHandlers(world));
});

afterEach(() => {
  queue?.destroy();
  vi.useRealTimers();
});

/** Choose so many songs in a page that describes each in its own way. */
function choose(count: number, describe: DescribeFile): MoodropUploads {
  queue = createUploads({ baseUrl: ORIGIN, describe });
  queue.add(Array.from({ length: count }, (_, index) => aSong(`${index + 1}.mp3`)), { mood: "sad" });
  return queue;
}

test("two files are described at once; one whose description never comes gives way after five seconds", async () => {
  stopClock();
  const asked: string[] = [];
  const { snapshot } = choose(4, ({ filename }) => {
    asked.push(filename);
    return asked.length > 2 ? Promise.resolve({ title: "Tagged" }) : silence();
  });
  const titles = () => snapshot().drafts.map(({ meta }) => meta.title);

  await passTime(2400);
  expect(asked).toEqual(["1.mp3", "2.mp3"]);
  await passTime(400);

  expect(asked).toEqual(["1.mp3", "2.mp3", "3.mp3", "4.mp3"]);
  await expect.poll(titles).toEqual(["1", "2", "Tagged", "Tagged"]);
});

test("a file that was started waits five seconds for its description, also where others are described before it", async () => {
  stopClock();
  choose(3, silence).start();

  await passTime(2400);
  expect(world.started.size).toBe(0);
  // The third is not asked before the others have given way, and its own description would end after ten seconds.
  await passTime(2000);

  expect(world.started.size).toBe(3);
});
