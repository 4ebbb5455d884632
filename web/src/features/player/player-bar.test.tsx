import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { aFile } from "../../testing/builders";
import { PlayerBar } from "./player-bar";
import type { PlayerState } from "./player-state";
import type { Player } from "./use-player";

const state: PlayerState = {
  queue: [],
  file: aFile(),
  status: "playing",
  position: 61,
  duration: 200,
  failure: "",
};

function aPlayer(given: Partial<Player> = {}): Player {
  return {
    state,
    mediaRef: () => undefined,
    choose: vi.fn<Player["choose"]>(),
    toggle: vi.fn<Player["toggle"]>(),
    seek: vi.fn<Player["seek"]>(),
    next: null,
    previous: null,
    setVolume: vi.fn<Player["setVolume"]>(),
    forget: vi.fn<Player["forget"]>(),
    close: vi.fn<Player["close"]>(),
    ...given,
  };
}

test("nothing plays: no bar", () => {
  render(<PlayerBar player={aPlayer({ state: null })} />);

  expect(screen.queryByRole("region")).not.toBeInTheDocument();
});

test("where it is, in words for those who cannot see the bar", () => {
  render(<PlayerBar player={aPlayer()} />);

  expect(screen.getByRole("slider", { name: "Position" })).toHaveAttribute("aria-valuetext", "1:01 of 3:20");
});

test("the slider seeks", () => {
  const player = aPlayer();
  render(<PlayerBar player={player} />);

  fireEvent.change(screen.getByRole("slider", { name: "Position" }), { target: { value: "120" } });

  expect(player.seek).toHaveBeenCalledExactlyOnceWith(120);
});

test("one button pauses, and says so", async () => {
  const player = aPlayer();
  render(<PlayerBar player={player} />);

  await userEvent.click(screen.getByRole("button", { name: "Pause" }));

  expect(player.toggle).toHaveBeenCalledOnce();
});

test("so does the space bar, where nothing else has the focus", async () => {
  const player = aPlayer();
  render(<PlayerBar player={player} />);

  await userEvent.keyboard(" ");
  screen.getByRole("button", { name: "Close the player" }).focus();
  await userEvent.keyboard(" ");

  expect(player.toggle).toHaveBeenCalledOnce();
  expect(player.close).toHaveBeenCalledOnce();
});

test("the tab is named after the song, while it plays", () => {
  document.title = "Moodrop";
  const { rerender } = render(<PlayerBar player={aPlayer()} />);
  expect(document.title).toBe("Blue · Moodrop");

  rerender(<PlayerBar player={aPlayer({ state: { ...state, status: "paused" } })} />);

  expect(document.title).toBe("Moodrop");
});

test("at the end of the list there is no next song", () => {
  render(<PlayerBar player={aPlayer({ next: null, previous: vi.fn<() => void>() })} />);

  expect(screen.getByRole("button", { name: "Next song" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Previous song" })).toBeEnabled();
});

test("a failure is told in the artist's place", () => {
  render(<PlayerBar player={aPlayer({ state: { ...state, status: "failed", failure: "It will not play." } })} />);

  expect(screen.getByText("It will not play.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Play" })).toBeEnabled();
});

test("a film gets a screen of its own", () => {
  const film = { ...state, file: aFile({ content_type: "video/webm" }) };
  const { container } = render(<PlayerBar player={aPlayer({ state: film })} />);

  expect(container.querySelector("video")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Full screen" })).toBeVisible();
});
