import { expect, test } from "vitest";
import { aFile } from "../../testing/builders";
import { reduce, type PlayerState } from "./player-state";
import { jumpTo, playNext, queueOf } from "./queue/queue";

const a = aFile({ file_id: "a" });
const b = aFile({ file_id: "b" });
const c = aFile({ file_id: "c" });
const queue = (start = b, files = [a, b, c]) => queueOf(files, start, { shuffled: false, repeat: "off" }, Math.random);

function playing(file = b): PlayerState {
  return { turn: 1, round: 1, queue: queue(file), file, status: "playing", position: 42, duration: 100, failure: "", trouble: "" };
}

test("another song starts at its beginning", () => {
  const state = reduce(playing(), { type: "chosen", queue: queue(c, [c]) });

  expect(state).toMatchObject({ turn: 2, file: c, status: "loading", position: 0, duration: null, failure: "" });
});

test("a queue that changes around a song leaves it alone", () => {
  const state = reduce(playing(), { type: "queue", change: (now) => playNext(now, a) });

  expect(state).toMatchObject({ turn: 1, file: b, position: 42 });
  expect(state?.queue.entries).toHaveLength(4);
});

test("a jump in the queue begins that song", () => {
  expect(reduce(playing(), { type: "queue", change: (now) => jumpTo(now, 2) })).toMatchObject({ turn: 2, file: c, position: 0 });
});

test("a file that is repeated begins another round, and goes on playing", () => {
  expect(reduce(playing(), { type: "again" })).toMatchObject({ turn: 1, round: 2, status: "playing", position: 0 });
});

test("an endless stream has no duration", () => {
  expect(reduce(playing(), { type: "duration", duration: Number.POSITIVE_INFINITY })).toMatchObject({ duration: null });
});

test("a failure keeps its words until something plays", () => {
  const failed = reduce(playing(), { type: "failed", failure: "No." });
  expect(failed).toMatchObject({ status: "failed", failure: "No." });

  expect(reduce(failed, { type: "status", status: "playing" })).toMatchObject({ failure: "" });
});

test("deleting the song that plays closes the player; another one only leaves the queue", () => {
  expect(reduce(playing(), { type: "removed", file_id: "b" })).toBeNull();

  const state = reduce(playing(), { type: "removed", file_id: "c" });

  expect(state).toMatchObject({ turn: 1, file: b });
  expect(state?.queue.entries.map(({ file }) => file)).toEqual([a, b]);
});

test("late news of a closed player is nothing", () => {
  expect(reduce(null, { type: "position", position: 3 })).toBeNull();
});
