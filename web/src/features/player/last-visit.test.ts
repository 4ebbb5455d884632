import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { aFile } from "../../testing/builders";
import { aWorld, ORIGIN, server } from "../../testing/server";
import { hadPlayer, QUEUE_KEY } from "./had-player";
import { forgetVisit, readLastVisit, saveQueue, saveSecond } from "./last-visit";
import { reduce, type PlayerState } from "./player-state";
import { currentOf, queueOf } from "./queue/queue";

const files = Array.from({ length: 400 }, (_, index) => aFile({ file_id: `f${index}`, title: `Song ${index}` }));
const [first = aFile()] = files;

function playing(at: number): PlayerState {
  const file = files[at] ?? first;
  const queue = queueOf(files, file, { shuffled: false, repeat: "all" }, Math.random);
  return { turn: 1, round: 1, queue, file, status: "playing", position: 42.5, duration: 200, failure: "", trouble: "" };
}

function leaveAt(at: number): PlayerState {
  const state = playing(at);
  saveQueue("me", state.queue);
  saveSecond(state);
  return state;
}

test("the queue around the song comes back, paused at its second", async () => {
  aWorld({ files });
  leaveAt(100);
  expect(hadPlayer()).toBe(true);

  const event = await readLastVisit("me");
  const state = event && reduce(null, event);

  expect(state).toMatchObject({ file: { file_id: "f100" }, status: "paused", position: 42.5, duration: 200, restored: true });
  expect(state?.queue).toMatchObject({ at: 20, repeat: "all" });
  expect(state?.queue.entries).toHaveLength(171);
  expect(state?.queue.entries.map(({ file }) => file.file_id).slice(19, 22)).toEqual(["f99", "f100", "f101"]);
});

test("what plays already is left alone", async () => {
  aWorld({ files });
  leaveAt(3);
  const event = await readLastVisit("me");
  const now = playing(7);

  expect(event && reduce(now, event)).toBe(now);
});

test("another person gets nothing of it, and neither does who has closed the player", async () => {
  aWorld({ files });
  leaveAt(3);
  await expect(readLastVisit("you")).resolves.toBeNull();

  forgetVisit();
  expect(hadPlayer()).toBe(false);
  await expect(readLastVisit("me")).resolves.toBeNull();
});

test("a song that was deleted meanwhile does not come back; an edited one comes as it is now", async () => {
  leaveAt(3);
  aWorld({ files: files.slice(0, 3) });
  await expect(readLastVisit("me")).resolves.toBeNull();

  aWorld({ files: [aFile({ file_id: "f3", title: "New name" })] });
  const event = await readLastVisit("me");
  expect(event && currentOf(event.queue)?.file.title).toBe("New name");
});

test("without the service it comes back as it was", async () => {
  leaveAt(3);
  server.use(http.get(`${ORIGIN}/v1/files/:id`, () => HttpResponse.error()));

  await expect(readLastVisit("me")).resolves.toMatchObject({ position: 42.5 });
});

test.each(["{", "null", '{"owner":"me"}', '{"owner":"me","queue":{"entries":[{}],"at":0,"shuffled":false,"repeat":"off"}}'])(
  "what is stored wrongly is no visit: %s",
  async (stored) => {
    localStorage.setItem(QUEUE_KEY, stored);

    await expect(readLastVisit("me")).resolves.toBeNull();
  },
);
