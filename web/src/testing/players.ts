/** A player whose verbs only note that they were called. */
import { vi } from "vitest";
import type { PlayerState } from "../features/player/player-state";
import { queueOf } from "../features/player/queue/queue";
import type { Player } from "../features/player/use-player";
import { aFile } from "./builders";

const other = aFile({ file_id: "file-2", title: "Sun" });

/** A song a minute after its beginning, and one that comes next. */
export function aPlayerState(given: Partial<PlayerState> = {}): PlayerState {
  return {
    turn: 1,
    round: 1,
    queue: queueOf([aFile(), other], aFile(), { shuffled: false, repeat: "off" }, Math.random),
    file: aFile(),
    status: "playing",
    position: 61,
    duration: 200,
    failure: "",
    trouble: "",
    ...given,
  };
}

const verb = () => vi.fn<() => void>();

export function aPlayer(given: Partial<Player> = {}): Player {
  return {
    state: aPlayerState(),
    choose: verb(),
    startShuffled: verb(),
    startRadio: verb(),
    toggle: verb(),
    seek: vi.fn<Player["seek"]>(),
    next: null,
    previous: verb(),
    queue: {
      playNext: verb(),
      addLast: verb(),
      jump: vi.fn<Player["queue"]["jump"]>(),
      remove: vi.fn<Player["queue"]["remove"]>(),
      move: vi.fn<Player["queue"]["move"]>(),
      clear: verb(),
      change: vi.fn<Player["queue"]["change"]>(),
      setShuffled: vi.fn<Player["queue"]["setShuffled"]>(),
      setRepeat: vi.fn<Player["queue"]["setRepeat"]>(),
    },
    forget: verb(),
    close: verb(),
    soundsBy: verb(),
    report: verb(),
    ended: verb(),
    ...given,
  };
}
