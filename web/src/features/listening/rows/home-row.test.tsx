import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import { v1 } from "../../../../packages/uploads/testing/server";
import type { MoodFilter } from "../../../lib/moods";
import { aFile } from "../../../testing/builders";
import { aWorld, problem, server } from "../../../testing/server";
import type { Player } from "../../player/use-player";
import type { Recommended } from "../../radio/api";
import type { Unfinished } from "../api";
import { keepRow } from "./keep-row";
import { hadRow } from "./had-row";
import { RowsSlot } from "./rows-slot";

const blue = aFile({ title: "Blue", mood: "happy" });
const red = aFile({ file_id: "film", title: "Red", content_type: "video/mp4" });
const OFTEN: Recommended["why"] = { code: "often_in_mood", file_id: null, count: 3, days: null };
const NEW: Recommended["why"] = { code: "new_here", file_id: null, count: null, days: null };

let unfinished: Unfinished[] = [];
let recommendations: Recommended[] = [];
let asked: string[] = [];

beforeEach(() => {
  aWorld();
  localStorage.clear();
  pressed(false);
  asked = [];
  unfinished = [{ file: red, position_seconds: 61, duration_seconds: 5400, at: "2026-11-21T12:00:00Z" }];
  recommendations = [
    { file: blue, why: OFTEN },
    { file: red, why: NEW },
  ];
  server.use(
    http.get(v1("/history/unfinished"), () => {
      asked.push("unfinished");
      return HttpResponse.json({ unfinished });
    }),
    http.get(v1("/recommendations"), ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({ recommendations, how: "rules" });
    }),
  );
});

/** Whether somebody has just pressed something. */
function pressed(isActive: boolean): void {
  Object.defineProperty(navigator, "userActivation", { value: { isActive }, configurable: true });
}

function draw(mood: MoodFilter) {
  const choose = vi.fn<Player["choose"]>();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rows use no more of it
  const player = { state: null, choose, seek: vi.fn<Player["seek"]>() } as unknown as Player;
  const { container } = render(<RowsSlot mood={mood} player={player} />);
  return { choose, container, user: userEvent.setup() };
}

test("what was not finished goes on from its place", async () => {
  keepRow(null, true);
  const { choose, user } = draw(null);

  await user.click(await screen.findByRole("button", { name: "Go on with Red. 1:01 of 1:30:00" }));

  expect(choose).toHaveBeenCalledExactlyOnceWith(red, [red]);
});

test("what fits a mood plays with its reason, and the others after it", async () => {
  keepRow("happy", true);
  const { choose, user } = draw("happy");

  await user.click(await screen.findByRole("button", { name: "Play Blue. You played it 3 times" }));

  const [[file, list, lead] = []] = choose.mock.calls;
  expect([file, list]).toEqual([blue, [blue, red]]);
  expect(lead?.originOf(blue.file_id)).toMatchObject({ source: "recommended", mood: "happy", why: { code: "often_in_mood" } });
  expect(asked).toEqual(["?mood=happy&strict=1&limit=12"]);
});

test("a row that comes late moves nothing: its place is kept the next time", async () => {
  const { container } = draw("happy");
  await waitFor(() => expect(hadRow("happy")).toBe(true));

  expect(container.querySelector("[data-place]")).toBeNull();
  expect(screen.queryByRole("heading")).toBeNull();
});

test("a row comes at once after a press", async () => {
  pressed(true);
  draw("happy");

  expect(await screen.findByRole("heading", { name: "For you in this mood" })).toBeVisible();
});

test("who has no history sees no row", async () => {
  keepRow("happy", true);
  recommendations = [{ file: blue, why: NEW }];
  draw("happy");

  await waitFor(() => expect(hadRow("happy")).toBe(false));

  expect(screen.queryByRole("heading")).toBeNull();
});

test("a service that fails leaves the place as it is, and says nothing", async () => {
  keepRow(null, true);
  server.use(http.get(v1("/history/unfinished"), () => problem(503, "database_unavailable")));
  const { container } = draw(null);
  await new Promise((done) => setTimeout(done, 100));

  expect(container.querySelector("[data-place]")).not.toBeNull();
  expect(screen.queryByRole("heading")).toBeNull();
  expect(hadRow(null)).toBe(true);
});
