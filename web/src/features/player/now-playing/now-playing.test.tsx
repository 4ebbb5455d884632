import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { aFile } from "../../../testing/builders";
import { aPlayer, aPlayerState } from "../../../testing/players";
import { aWorld } from "../../../testing/server";
import { loadPlayerWords, PlayerBar } from "../bar/player-bar";
import type { PlayerState } from "../player-state";
import { closeNowPlaying, openView } from "./view-state";

beforeAll(() => loadPlayerWords());
beforeEach(() => void aWorld());
afterEach(() => act(() => openView.set(null)));

function draw(given: Partial<PlayerState> = {}) {
  const state = aPlayerState({ file: aFile({ title: "Low Tide" }), ...given });
  const player = aPlayer({ state });
  render(
    <div>
      <a href="/elsewhere">Elsewhere</a>
      <output>News</output>
      <PlayerBar owner="me" player={player} state={state} onDownload={vi.fn<() => void>()} keepsHistory={false} />
    </div>,
  );
  return player;
}

async function opened(given: Partial<PlayerState> = {}) {
  const player = draw(given);
  await userEvent.click(screen.getByRole("button", { name: "Open now playing" }));
  return { player, view: within(await screen.findByRole("dialog", { name: "Now playing" })) };
}

const closed = () => waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());

test("a click on the cover shows the song, its controls and what comes next", async () => {
  const { player, view } = await opened();

  expect(view.getByRole("heading", { name: "Low Tide" })).toBeVisible();
  await userEvent.click(view.getByRole("button", { name: "Pause" }));
  await userEvent.click(view.getByRole("button", { name: /^Play Sun .*now$/ }));

  expect(player.toggle).toHaveBeenCalledOnce();
  expect(player.queue.jump).toHaveBeenCalledExactlyOnceWith(1);
});

test("the page around it is deaf while it is open, except for what speaks", async () => {
  await opened();

  expect(screen.getByText("Elsewhere")).toHaveAttribute("inert");
  expect(screen.getByText("News")).not.toHaveAttribute("inert");
  await userEvent.keyboard("{Escape}");
  await closed();

  expect(screen.getByText("Elsewhere")).not.toHaveAttribute("inert");
});

test("its button and Escape close it, and the focus goes back to the cover", async () => {
  const { view } = await opened();

  await userEvent.click(view.getByRole("button", { name: "Close now playing" }));
  await closed();

  expect(screen.getByRole("button", { name: "Open now playing" })).toHaveFocus();
});

test("it is a step of the history", async () => {
  await opened();

  act(() => history.back());
  await closed();
  act(() => history.forward());

  expect(await screen.findByRole("dialog", { name: "Now playing" })).toBeVisible();
  act(() => closeNowPlaying());
  await closed();
});

test("a reload shows the bar: the step was that of an earlier visit", () => {
  history.replaceState({ within: true, nowPlaying: true }, "");
  draw();

  expect(screen.getByRole("region", { name: "Player" })).toBeVisible();
  expect(history.state).toEqual({ within: true });
});

const touch = (y: number) => ({ clientX: 100, clientY: y });

test("a swipe up on the song opens it, a swipe down closes it", async () => {
  draw();
  const song = screen.getByText("Low Tide");
  fireEvent.touchStart(song, { touches: [touch(700)] });
  fireEvent.touchEnd(song, { changedTouches: [touch(500)] });
  const title = await screen.findByRole("heading", { name: "Low Tide" });

  fireEvent.touchStart(title, { touches: [touch(300)] });
  fireEvent.touchEnd(title, { changedTouches: [touch(500)] });

  await closed();
  expect(screen.getByRole("region", { name: "Player" })).toBeVisible();
});

test("a finger in the queue scrolls it and closes nothing", async () => {
  const { view } = await opened();
  const song = view.getByText("Sun");

  fireEvent.touchStart(song, { touches: [touch(300)] });
  fireEvent.touchEnd(song, { changedTouches: [touch(500)] });

  expect(screen.getByRole("dialog", { name: "Now playing" })).toBeVisible();
});

test("a film goes on in the same element", async () => {
  draw({ file: aFile({ content_type: "video/webm", title: "Waves" }) });
  const film = document.querySelector("video");

  await userEvent.click(screen.getByRole("button", { name: "Open now playing" }));
  await screen.findByRole("dialog", { name: "Now playing" });

  expect(film).toBeInTheDocument();
  expect(document.querySelector("video")).toBe(film);
});
