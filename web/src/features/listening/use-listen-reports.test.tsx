import { cleanup, renderHook } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aFile } from "../../testing/builders";
import { server } from "../../testing/server";
import { v1 } from "../../../packages/uploads/testing/server";
import type { PlayerState } from "../player/player-state";
import type { Origin } from "../player/queue/origin";
import { queueOf } from "../player/queue/queue";
import type { ListenReport } from "./outbox";
import { useListenReports } from "./use-listen-reports";

const song = aFile();
const playing: PlayerState = {
  turn: 1,
  round: 1,
  queue: queueOf([song], song, { shuffled: false, repeat: "off" }, Math.random),
  file: song,
  status: "playing",
  position: 0,
  duration: 200,
  failure: "",
  trouble: "",
};
const paused: PlayerState = { ...playing, status: "paused" };

let bodies: { session_id: string; listens: ListenReport[] }[] = [];
let answer: () => Response = () => HttpResponse.json({ accepted: 1 });
/** Waiting for a request moves the clock on a little. */
const rounded = (listens: readonly ListenReport[] = []) =>
  listens.map((one) => ({ ...one, listened_seconds: Math.round(one.listened_seconds) }));
const last = () => rounded(bodies.at(-1)?.listens);
const heard = () => last().map((one) => one.listened_seconds);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance", "Date"] });
  bodies = [];
  answer = () => HttpResponse.json({ accepted: 1 });
  server.use(
    http.post<never, { session_id: string; listens: ListenReport[] }>(v1("/listens"), async ({ request }) => {
      bodies.push(await request.json());
      return answer();
    }),
  );
});
afterEach(async () => {
  // What still plays is reported now, and not to the next test.
  cleanup();
  await new Promise((done) => setTimeout(done, 50));
  vi.useRealTimers();
});

const draw = (state: PlayerState, enabled = true) =>
  renderHook((now: PlayerState) => useListenReports(now, enabled), { initialProps: state });

const sent = (count: number) => vi.waitFor(() => expect(bodies).toHaveLength(count));

test("what sounds is reported every half minute", async () => {
  const { rerender } = draw(playing);
  rerender({ ...playing, position: 29.5 });
  vi.advanceTimersByTime(30_000);
  await sent(1);

  expect(last()).toMatchObject([{ file_id: song.file_id, listened_seconds: 30, position_seconds: 29.5, source: "library" }]);
  vi.advanceTimersByTime(30_000);
  await sent(2);
  expect(heard()).toEqual([60]);
  expect(bodies[0]?.listens[0]?.started_at).toBe(bodies[1]?.listens[0]?.started_at);
});

const led = (): Origin => ({ source: "recommended", mood: "happy" });

test("what led to it is reported with it", async () => {
  const queue = queueOf([song], song, { shuffled: false, repeat: "off" }, Math.random, led);
  const { rerender } = draw({ ...playing, queue });
  vi.advanceTimersByTime(5000);
  rerender({ ...paused, queue });
  await sent(1);

  expect(last()).toMatchObject([{ source: "recommended", mood: "happy" }]);
});

test("a pause is reported, and is no listening", async () => {
  const { rerender } = draw(playing);
  vi.advanceTimersByTime(10_000);
  rerender(paused);
  await sent(1);
  vi.advanceTimersByTime(60_000);
  rerender(playing);
  vi.advanceTimersByTime(5000);
  rerender(paused);
  await sent(2);

  expect(bodies.map(({ listens }) => rounded(listens)[0]?.listened_seconds)).toEqual([10, 15]);
});

test("a page that is closed reports at once", async () => {
  draw(playing);
  vi.advanceTimersByTime(7000);
  globalThis.dispatchEvent(new Event("pagehide"));
  await sent(1);

  expect(heard()).toEqual([7]);
});

test("the next file is another listen, and the first keeps where it was", async () => {
  const next = aFile({ file_id: "file-2" });
  const { rerender } = draw(playing);
  vi.advanceTimersByTime(8000);
  rerender({ ...playing, position: 199 });
  rerender({ ...playing, turn: 2, file: next, position: 0 });
  await sent(1);
  expect(last()).toMatchObject([{ file_id: song.file_id, listened_seconds: 8, position_seconds: 199 }]);
  vi.advanceTimersByTime(3000);
  rerender({ ...paused, turn: 2, file: next });
  await sent(2);

  expect(last()).toMatchObject([{ file_id: "file-2", listened_seconds: 3 }]);
});

test("a file that is repeated is another listen each time", async () => {
  const { rerender } = draw(playing);
  vi.advanceTimersByTime(6000);
  rerender({ ...playing, position: 200 });
  rerender({ ...playing, round: 2, position: 0 });
  await sent(1);
  vi.advanceTimersByTime(4000);
  rerender({ ...paused, round: 2, position: 4 });
  await sent(2);

  expect(bodies.flatMap(({ listens }) => rounded(listens))).toMatchObject([
    { file_id: song.file_id, listened_seconds: 6, position_seconds: 200 },
    { file_id: song.file_id, listened_seconds: 4 },
  ]);
  expect(bodies[0]?.listens[0]?.started_at).not.toBe(bodies[1]?.listens[0]?.started_at);
});

test("what did not arrive goes with the next report, once", async () => {
  answer = () => HttpResponse.error();
  const { rerender } = draw(playing);
  vi.advanceTimersByTime(4000);
  rerender(paused);
  await sent(1);
  answer = () => HttpResponse.json({ accepted: 2 });
  rerender({ ...playing, turn: 2, file: aFile({ file_id: "file-2" }) });
  vi.advanceTimersByTime(5000);
  rerender({ ...paused, turn: 2, file: aFile({ file_id: "file-2" }) });
  await sent(2);

  expect(last().map((one) => one.file_id)).toEqual([song.file_id, "file-2"]);
});

test("nothing is reported where no history is kept, nor of a press by mistake", () => {
  draw(playing, false);
  const { rerender } = draw(playing);
  vi.advanceTimersByTime(500);
  rerender(paused);
  vi.advanceTimersByTime(60_000);

  expect(bodies).toEqual([]);
});
