import { expect, test } from "vitest";
import { aFile } from "../../testing/builders";
import { neighbour, reduce, type PlayerState } from "./player-state";

const a = aFile({ file_id: "a" });
const b = aFile({ file_id: "b" });
const c = aFile({ file_id: "c" });

function playing(file = b): PlayerState {
  return { queue: [a, b, c], file, status: "playing", position: 42, duration: 100, failure: "" };
}

test("another song starts at its beginning", () => {
  const state = reduce(playing(), { type: "chosen", file: c, queue: [c] });

  expect(state).toEqual({ queue: [c], file: c, status: "loading", position: 0, duration: null, failure: "" });
});

test("an endless stream has no duration", () => {
  expect(reduce(playing(), { type: "duration", duration: Number.POSITIVE_INFINITY })).toMatchObject({ duration: null });
});

test("a failure keeps its words until something plays", () => {
  const failed = reduce(playing(), { type: "failed", failure: "No." });
  expect(failed).toMatchObject({ status: "failed", failure: "No." });

  expect(reduce(failed, { type: "status", status: "playing" })).toMatchObject({ failure: "" });
});

test("deleting the song that plays closes the player; another one only leaves the list", () => {
  expect(reduce(playing(), { type: "removed", file_id: "b" })).toBeNull();
  expect(reduce(playing(), { type: "removed", file_id: "c" })).toMatchObject({ queue: [a, b], file: b });
});

test("late news of a closed player is nothing", () => {
  expect(reduce(null, { type: "position", position: 3 })).toBeNull();
});

test("neighbours end with the list", () => {
  expect(neighbour(playing(), 1)).toBe(c);
  expect(neighbour(playing(a), -1)).toBeNull();
  expect(neighbour(playing(c), 1)).toBeNull();
});
