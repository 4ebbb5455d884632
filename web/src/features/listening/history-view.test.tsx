import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import { v1 } from "../../../packages/uploads/testing/server";
import { announcements } from "../../lib/announce";
import { aFile } from "../../testing/builders";
import { aWorld, problem, server } from "../../testing/server";
import type { Player } from "../player/use-player";
import type { Listen, Unfinished } from "./api";
import { HistoryView } from "./parts";

const blue = aFile({ title: "Blue" });
const film = aFile({ file_id: "film", title: "Red", content_type: "video/mp4" });

const aListen = (given: Partial<Listen> = {}): Listen => ({
  listen_id: "1",
  heard_at: "2026-11-21T12:00:00Z",
  gone: false,
  file: blue,
  kind: "audio",
  listened_seconds: 125,
  duration_seconds: 200,
  mood: null,
  source: "library",
  counted: true,
  ...given,
});

let listens: Listen[] = [];
let unfinished: Unfinished[] = [];
let enabled = true;
let puts: boolean[] = [];
let announced: string[] = [];
announcements.subscribe(() => announced.push(announcements.get().text));

beforeEach(() => {
  puts = [];
  announced = [];
  aWorld();
  listens = [aListen(), aListen({ listen_id: "2", heard_at: "2026-11-19T12:00:00Z", gone: true, file: null })];
  unfinished = [{ file: film, position_seconds: 61, duration_seconds: 5400, at: "2026-11-21T12:00:00Z" }];
  enabled = true;
  server.use(
    http.get(v1("/history"), () => HttpResponse.json({ listens, next_cursor: null })),
    http.get(v1("/history/unfinished"), () => HttpResponse.json({ unfinished })),
    http.get(v1("/history/settings"), () => HttpResponse.json({ enabled })),
    http.put<never, { enabled: boolean }>(v1("/history/settings"), async ({ request }) => {
      ({ enabled } = await request.json());
      puts.push(enabled);
      return HttpResponse.json({ enabled });
    }),
    http.delete(v1("/history"), () => {
      listens = unfinished = [];
      return new HttpResponse(null, { status: 204 });
    }),
    http.delete<{ id: string }>(v1("/history/:id"), ({ params }) => {
      listens = listens.filter((one) => one.listen_id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

function aPlayer() {
  const choose = vi.fn<Player["choose"]>();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the view uses no more of it
  return { state: null, choose, seek: vi.fn<Player["seek"]>() } as unknown as Player & { choose: typeof choose };
}

async function draw(player = aPlayer()) {
  render(<HistoryView player={player} />);
  await screen.findByRole("heading", { name: "History" });
  await screen.findByLabelText("Keep my history");
  return { player, user: userEvent.setup() };
}

test("what was played is listed by day, with what is gone", async () => {
  await draw();

  expect(screen.getByText("Blue")).toBeVisible();
  expect(screen.getByText(/2:05 heard/)).toBeVisible();
  expect(screen.getByText("No longer available")).toBeVisible();
  expect(screen.getAllByRole("heading", { level: 3 })).toHaveLength(3);
});

test("a song plays again, and a film goes on", async () => {
  const { player, user } = await draw();

  await user.click(screen.getByRole("button", { name: "Play Blue" }));
  await user.click(screen.getByRole("button", { name: "Go on with Red" }));

  expect(player.choose.mock.calls).toEqual([
    [blue, [blue]],
    [film, [film]],
  ]);
});

test("one listen is removed, and then all after a question", async () => {
  const { user } = await draw();

  await user.click(screen.getByRole("button", { name: "Remove Blue from your history" }));
  await waitFor(() => expect(screen.queryByText("Blue")).toBeNull());
  await user.click(screen.getByRole("button", { name: "Delete all" }));
  const question = screen.getByRole("group", { name: /no way back/ });
  await user.click(within(question).getByRole("button", { name: "Delete all of it" }));

  expect(await screen.findByText("Nothing yet. What you play shows up here.")).toBeVisible();
});

test("the history is switched off at once, before the service has answered", async () => {
  const { user } = await draw();
  const answers: ((response: Response) => void)[] = [];
  server.use(http.put(v1("/history/settings"), () => new Promise<Response>((answer) => void answers.push(answer)), { once: true }));

  await user.click(screen.getByLabelText("Keep my history"));

  expect(screen.getByLabelText("Keep my history")).not.toBeChecked();
  expect(screen.getByText("It is off: nothing more is kept.")).toBeVisible();
  await waitFor(() => expect(answers).toHaveLength(1));
  answers[0]?.(HttpResponse.json({ enabled: false }));
  await user.click(screen.getByLabelText("Keep my history"));
  await waitFor(() => expect(puts).toEqual([true]));
  expect(screen.getByLabelText("Keep my history")).toBeChecked();
});

test("the switch goes back if the service refuses", async () => {
  server.use(http.put(v1("/history/settings"), () => problem(503, "unavailable")));
  const { user } = await draw();

  await user.click(screen.getByLabelText("Keep my history"));

  await waitFor(() => expect(screen.getByLabelText("Keep my history")).toBeChecked());
  expect(announced).toHaveLength(1);
});

test("of two quick clicks the last one counts", async () => {
  const { user } = await draw();

  await user.dblClick(screen.getByLabelText("Keep my history"));

  await waitFor(() => expect(puts).toEqual([false, true]));
  expect(screen.getByLabelText("Keep my history")).toBeChecked();
});

test("a history that the service does not delete stays, and is not called deleted", async () => {
  server.use(http.delete(v1("/history"), () => problem(503, "unavailable")));
  const { user } = await draw();

  await user.click(screen.getByRole("button", { name: "Delete all" }));
  await user.click(screen.getByRole("button", { name: "Delete all of it" }));

  await waitFor(() => expect(announced).toHaveLength(1));
  expect(announced).not.toContain("Your history is deleted.");
  expect(screen.getByText("Blue")).toBeVisible();
});

test("a service that does not answer is asked again", async () => {
  server.use(http.get(v1("/history"), () => problem(503, "unavailable"), { once: true }));
  render(<HistoryView player={aPlayer()} />);

  await userEvent.click(await screen.findByRole("button", { name: "Try again" }));

  expect(await screen.findByText("Blue")).toBeVisible();
});
