import { act, render, renderHook, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import { v1 } from "../../../packages/uploads/testing/server";
import { announcements } from "../../lib/announce";
import { aFile } from "../../testing/builders";
import { aWorld, problem, server } from "../../testing/server";
import { fromLibrary } from "../player/queue/origin";
import { currentOf } from "../player/queue/queue";
import { usePlayer, type Player } from "../player/use-player";
import type { Recommended } from "./api";
import { loadRadioWords } from "./radio-words";
import { RadioStrip } from "./radio-strip";
import { refuse } from "./refuse";
import { startRadio } from "./start-radio";

interface Order {
  mood?: string;
  file_id?: string;
  strict: boolean;
  played: string[];
  refused: string[];
}

const NEW: Recommended["why"] = { code: "new_here", file_id: null, count: null, days: null };
const rows = (...ids: string[]): Recommended[] =>
  ids.map((file_id) => ({ file: aFile({ file_id, title: file_id.toUpperCase(), mood: "happy" }), why: NEW }));
const by = (artist: string, ...ids: string[]): Recommended[] =>
  ids.map((file_id) => ({ file: aFile({ file_id, title: file_id.toUpperCase(), artist }), why: NEW }));
const batch = (of: string) => rows(...[1, 2, 3, 4, 5].map((number) => `${of}${number}`));

let orders: Order[] = [];
let answers: (Recommended[] | "down")[] = [];

beforeEach(async () => {
  await loadRadioWords();
  aWorld({ files: [aFile({ file_id: "old", title: "Old" })] });
  orders = [];
  answers = [];
  server.use(
    http.post<never, Order>(v1("/radio"), async ({ request }) => {
      orders.push(await request.json());
      const answer = answers.shift() ?? [];
      return answer === "down" ? problem(503, "database_unavailable") : HttpResponse.json({ recommendations: answer, how: "rules" });
    }),
  );
});

function thePlayer() {
  const { result } = renderHook(() => usePlayer());
  const player = () => result.current;
  const ids = () => player().state?.queue.entries.map(({ file }) => file.file_id) ?? [];
  const current = () => currentOf(player().state?.queue ?? never()) ?? never();
  const next = () => act(() => player().next?.());
  return { player, ids, current, next };
}

function never(): never {
  throw new Error("nothing plays");
}

const begin = (player: () => Player, from: Parameters<typeof startRadio>[0]) =>
  act(() => startRadio(from, fromLibrary, (...given) => player().startRadio(...given)));

test("a radio of a mood goes on past its first files, and tells the service what came before", async () => {
  answers = [batch("a"), batch("b")];
  const { player, ids, current, next } = thePlayer();

  await begin(player, "happy");
  await waitFor(() => expect(ids()).toHaveLength(10));
  next();

  expect(orders).toMatchObject([
    { mood: "happy", strict: true, played: [], refused: [] },
    { mood: "happy", strict: true, played: ["a1", "a2", "a3", "a4", "a5"] },
  ]);
  expect(current()).toMatchObject({ file: { file_id: "a2" }, origin: { source: "recommended", mood: "happy", why: { code: "new_here" } } });
});

test("a radio of a song begins with it, as it was found, and goes on with what fits", async () => {
  answers = [[{ ...(rows("a")[0] ?? never()), why: { ...NEW, code: "because_you_played", file_id: "seed" } }], batch("b")];
  const { player, ids, current, next } = thePlayer();

  await begin(player, aFile({ file_id: "seed", title: "Seed" }));
  await waitFor(() => expect(ids().slice(0, 2)).toEqual(["seed", "a"]));
  expect(orders[0]).toMatchObject({ file_id: "seed", strict: false, played: ["seed"] });
  expect(current().origin).toEqual({ source: "library", mood: null });
  next();

  expect(current().origin).toMatchObject({ source: "recommended", why: { title: "Seed" } });
});

const because = (file_id: string) => ({ ...NEW, code: "because_you_played" as const, file_id });

test("a reason names a file that only the service knows; one that cannot be read has no name", async () => {
  const [one = never(), two = never()] = rows("a", "b");
  answers = [[{ ...one, why: because("old") }, { ...two, why: because("gone") }]];
  const { player } = thePlayer();

  await begin(player, "happy");

  expect(player().state?.queue.entries.map(({ origin }) => origin.why?.title)).toEqual(["Old", null]);
});

test("what is refused leaves the queue, the next song plays, and the next call says so", async () => {
  answers = [batch("a"), batch("b"), batch("c")];
  const { player, ids, current } = thePlayer();
  await begin(player, "happy");
  await waitFor(() => expect(ids()).toHaveLength(10));
  const user = userEvent.setup();
  const { why } = current().origin;
  render(<RadioStrip player={player()} entry={current()} why={why ?? never()} />);
  expect(screen.getByText("New to you")).toBeVisible();

  await user.click(screen.getByRole("button", { name: "Not this: A1" }));

  expect(current().file.file_id).toBe("a2");
  expect(ids()).not.toContain("a1");
  // What was chosen before it knew is chosen anew.
  await waitFor(() => expect(ids()).toEqual(["a2", "c1", "c2", "c3", "c4", "c5"]));
  expect(orders[2]).toMatchObject({ refused: ["a1"], played: ["a1", "a2"] });
});

test("with what is refused, the songs of its artist leave, and one's own choice stays", async () => {
  answers = [[...by("Nina", "a1", "a2"), ...by("Otis", "a3", "a4"), ...by("Nina", "a5")], batch("b")];
  const { player, ids, current } = thePlayer();
  await begin(player, "happy");
  await waitFor(() => expect(ids()).toHaveLength(10));
  act(() => player().queue.addLast(aFile({ file_id: "own", title: "Own" })));
  answers = [by("Otis", "a4", "c1")];

  act(() => refuse(player(), current()));

  await waitFor(() => expect(ids()).toEqual(["a3", "own", "a4", "c1"]));
});

test("if the service is away after a refusal, what was chosen before plays on", async () => {
  answers = [batch("a"), batch("b"), "down"];
  const { player, ids, current } = thePlayer();
  await begin(player, "happy");
  await waitFor(() => expect(ids()).toHaveLength(10));

  act(() => refuse(player(), current()));

  await waitFor(() => expect(ids()).toEqual(["a2", "a3", "a4", "a5", "b1", "b2", "b3", "b4", "b5"]));
  expect(orders).toHaveLength(3);
});

test("a service that fails is told of, and asked again with the next song", async () => {
  answers = [batch("a"), "down", batch("b")];
  const { player, ids, next } = thePlayer();
  await begin(player, "happy");
  await waitFor(() => expect(announcements.get().text).toMatch(/^The radio couldn't get more songs\..* It tries again with the next song\.$/));
  expect(announcements.get().shown).toBe(true);

  next();

  await waitFor(() => expect(ids()).toHaveLength(10));
});

test("at its end it says that there is nothing, and goes on by itself once there is", async () => {
  answers = [rows("a"), [], rows("b")];
  const { player, ids, current } = thePlayer();
  await begin(player, "happy");
  await waitFor(() => expect(announcements.get().text).toBe("The radio has nothing else to play right now. It tries again with the next song."));
  expect(ids()).toEqual(["a"]);

  act(() => player().ended());

  await waitFor(() => expect(current().file.file_id).toBe("b"));
});

test("the only song of a small library comes again", async () => {
  answers = [rows("a"), rows("a")];
  const { player, ids } = thePlayer();

  await begin(player, "happy");

  await waitFor(() => expect(ids()).toEqual(["a", "a"]));
});

test("a mood without songs says so, and what plays goes on", async () => {
  const { player } = thePlayer();
  act(() => player().choose(aFile(), [aFile()]));

  await begin(player, "sad");

  expect(announcements.get()).toMatchObject({ text: "No sad songs yet.", shown: true });
  expect(player().state?.file).toEqual(aFile());
});

test("an answer that comes late belongs to no other queue", async () => {
  const release = new AbortController();
  const answered = new Promise((done) => release.signal.addEventListener("abort", done));
  const { player, ids } = thePlayer();
  const more = async () => {
    await answered;
    return [aFile({ file_id: "late" })];
  };
  act(() => player().choose(aFile({ file_id: "a" }), [aFile({ file_id: "a" })], { originOf: fromLibrary, more }));
  act(() => player().choose(aFile({ file_id: "b" }), [aFile({ file_id: "b" })]));

  await act(async () => {
    release.abort();
    await answered;
  });

  expect(ids()).toEqual(["b"]);
});
