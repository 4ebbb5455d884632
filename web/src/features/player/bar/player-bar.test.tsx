import { fireEvent, render as draw, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { announcements } from "../../../lib/announce";
import type { FileRecord } from "../../../lib/types";
import { aFile } from "../../../testing/builders";
import { aPlayer, aPlayerState } from "../../../testing/players";
import { aWorld, ORIGIN } from "../../../testing/server";
import { loadPlayerWords, PlayerBar } from "./player-bar";
import { queueOf } from "../queue/queue";
import type { Player } from "../use-player";

const state = aPlayerState();
const other = aFile({ file_id: "file-2", title: "Sun" });

beforeAll(() => loadPlayerWords());
beforeEach(() => void aWorld());

const download = vi.fn<(file: FileRecord) => void>();
const bar = (player: Player) => <PlayerBar owner="me" player={player} state={player.state ?? state} onDownload={download} keepsHistory={false} />;
const render = (player: Player) => draw(bar(player));

test("where it is, in words for those who cannot see the bar", () => {
  render(aPlayer());

  expect(screen.getByRole("slider", { name: "Position" })).toHaveAttribute("aria-valuetext", "1:01 of 3:20");
});

test("the slider seeks", () => {
  const player = aPlayer();
  render(player);

  fireEvent.change(screen.getByRole("slider", { name: "Position" }), { target: { value: "120" } });

  expect(player.seek).toHaveBeenCalledExactlyOnceWith(120);
});

test("one button pauses, and says so", async () => {
  const player = aPlayer();
  render(player);

  await userEvent.click(screen.getByRole("button", { name: "Pause" }));

  expect(player.toggle).toHaveBeenCalledOnce();
});

test("keys work where nothing else has the focus", async () => {
  const player = aPlayer({ next: vi.fn<() => void>() });
  render(player);

  await userEvent.keyboard(" {ArrowRight}{ArrowLeft}npm");

  expect(player.toggle).toHaveBeenCalledOnce();
  expect(player.seek).toHaveBeenNthCalledWith(1, 66);
  expect(player.seek).toHaveBeenNthCalledWith(2, 56);
  expect(player.next).toHaveBeenCalledOnce();
  expect(player.previous).toHaveBeenCalledOnce();
  expect(screen.getByRole("button", { name: "Unmute" })).toBeVisible();
});

test("a button keeps its space bar", async () => {
  const player = aPlayer();
  render(player);

  screen.getByRole("button", { name: "Close player" }).focus();
  await userEvent.keyboard(" ");

  expect(player.toggle).not.toHaveBeenCalled();
  expect(player.close).toHaveBeenCalledOnce();
});

test("? lists the keys, and there the letters are switched off", async () => {
  const player = aPlayer();
  render(player);

  await userEvent.keyboard("?");
  const help = within(screen.getByRole("dialog", { name: "Keyboard shortcuts" }));
  await userEvent.click(help.getByRole("checkbox", { name: "Enable single-key shortcuts" }));
  await userEvent.click(help.getByRole("button", { name: "Close" }));
  await userEvent.keyboard("m");

  expect(screen.getByRole("button", { name: "Mute" })).toBeVisible();
});

async function withQueue(given: Partial<Player> = {}) {
  const player = aPlayer(given);
  render(player);
  await userEvent.click(screen.getByRole("button", { name: "Queue" }));
  return { player, queue: within(screen.getByRole("region", { name: "Queue" })) };
}

describe("the queue", () => {
  const third = aFile({ file_id: "file-3", title: "Rain" });
  const three = { ...state, queue: queueOf([aFile(), other, third], aFile(), { shuffled: false, repeat: "off" }, Math.random) };

  test("shows what comes next, and jumps there", async () => {
    const { player, queue } = await withQueue();

    await userEvent.click(queue.getByRole("button", { name: /^Play Sun .*now$/ }));

    expect(player.queue.jump).toHaveBeenCalledExactlyOnceWith(1);
  });

  test("is put in order by buttons, and by Alt with an arrow", async () => {
    const { player, queue } = await withQueue({ state: three });

    await userEvent.click(queue.getByRole("button", { name: "Move Rain up" }));
    queue.getByRole("button", { name: /^Play Sun .*now$/ }).focus();
    await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");

    expect(player.queue.move).toHaveBeenNthCalledWith(1, 2, 0);
    expect(player.queue.move).toHaveBeenNthCalledWith(2, 1, 1);
    expect(announcements.get().text).toBe("Sun moved to position 2.");
  });

  test("has no way further up than the top", async () => {
    const { queue } = await withQueue({ state: three });

    expect(queue.getByRole("button", { name: "Move Sun up" })).toBeDisabled();
    expect(queue.getByRole("button", { name: "Move Rain down" })).toBeDisabled();
  });

  test("is put in order by dragging", async () => {
    const { player, queue } = await withQueue({ state: three });
    const [sun, rain] = queue.getAllByRole("listitem");
    const dataTransfer = { setData: vi.fn<() => void>() };

    if (rain) fireEvent.dragStart(rain, { dataTransfer });
    if (sun) fireEvent.drop(sun, { dataTransfer });

    expect(player.queue.move).toHaveBeenCalledExactlyOnceWith(2, 0);
  });

  test("lets a song go, and the focus goes on to the next", async () => {
    const { player, queue } = await withQueue({ state: three });

    await userEvent.click(queue.getByRole("button", { name: "Remove Sun from the queue" }));

    expect(player.queue.remove).toHaveBeenCalledExactlyOnceWith(1);
    expect(queue.getByRole("button", { name: /^Play Rain .*now$/ })).toHaveFocus();
  });

  test("closes with Escape, wherever the focus is", async () => {
    await withQueue();

    screen.getByRole("button", { name: "Mute" }).focus();
    await userEvent.keyboard("{Escape}");

    expect(screen.queryByRole("region", { name: "Queue" })).not.toBeInTheDocument();
  });

  test("closes when something beside the player is pressed", async () => {
    await withQueue();

    await userEvent.click(screen.getByRole("button", { name: "Mute" }));
    expect(screen.getByRole("region", { name: "Queue" })).toBeVisible();

    await userEvent.click(document.body);
    expect(screen.queryByRole("region", { name: "Queue" })).not.toBeInTheDocument();
  });
});

test("how loud it is, is remembered", async () => {
  const { unmount, container } = render(aPlayer());
  fireEvent.change(screen.getByRole("slider", { name: "Volume" }), { target: { value: "0.4" } });
  expect(container.querySelector("audio")?.volume).toBeCloseTo(0.4);
  await userEvent.click(screen.getByRole("button", { name: "Mute" }));
  unmount();

  const again = render(aPlayer());

  expect(again.container.querySelector("audio")).toHaveProperty("muted", true);
  await userEvent.click(screen.getByRole("button", { name: "Unmute" }));
  expect(screen.getByRole("slider", { name: "Volume" })).toHaveAttribute("aria-valuetext", "40%");
});

test("the system is told what plays, with its cover", () => {
  const session = { metadata: null, setActionHandler: vi.fn<() => void>(), setPositionState: vi.fn<() => void>() };
  Object.defineProperty(navigator, "mediaSession", { value: session, configurable: true });
  vi.stubGlobal("MediaMetadata", function metadata(this: object, given: object) {
    Object.assign(this, given);
  });

  const { unmount } = render(aPlayer({ state: { ...state, file: aFile({ cover_id: "c1" }) } }));

  expect(session.metadata).toMatchObject({
    title: "Blue",
    artist: "Joni Mitchell",
    artwork: [{ src: `${ORIGIN}/v1/files/file-1/cover?cover_id=c1` }],
  });
  unmount();
  expect(session.metadata).toBeNull();
  Reflect.deleteProperty(navigator, "mediaSession");
});

test("shuffle says whether it is on, repeat says what it repeats", async () => {
  const player = aPlayer();
  render(player);

  expect(screen.getByRole("button", { name: "Shuffle", pressed: false })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Shuffle" }));
  await userEvent.click(screen.getByRole("button", { name: "Repeat: off" }));

  expect(player.queue.setShuffled).toHaveBeenCalledExactlyOnceWith(true);
  expect(player.queue.setRepeat).toHaveBeenCalledExactlyOnceWith("all");
});

test("the tab is named after the song, while it plays", () => {
  document.title = "Moodrop";
  const { rerender } = render(aPlayer());
  expect(document.title).toBe("Blue · Moodrop");

  rerender(bar(aPlayer({ state: { ...state, status: "paused" } })));

  expect(document.title).toBe("Moodrop");
});

test("at the end of the queue there is no next song", () => {
  render(aPlayer({ next: null }));

  expect(screen.getByRole("button", { name: "Next song" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Previous song" })).toBeEnabled();
});

test("late bytes are told in the artist's place", () => {
  render(aPlayer({ state: { ...state, trouble: "It is late." } }));

  expect(screen.getByText("It is late.")).toBeVisible();
});

test("a failure is told in the artist's place", () => {
  render(aPlayer({ state: { ...state, status: "failed", failure: "It will not play." } }));

  expect(screen.getByText("It will not play.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Play" })).toBeEnabled();
  fireEvent.click(screen.getByRole("button", { name: "Download" }));
  expect(download).toHaveBeenCalledExactlyOnceWith(state.file);
});

test("a film gets a screen of its own", () => {
  const film = { ...state, file: aFile({ content_type: "video/webm" }) };
  const { container } = render(aPlayer({ state: film }));

  expect(container.querySelector("video")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Full screen" })).toBeVisible();
});
