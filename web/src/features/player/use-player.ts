/** The player as the page sees it: what plays and what comes next. The bar makes the sound (use-sound.ts). */
import { useCallback, useReducer, useRef, type Dispatch } from "react";
import type { FileRecord } from "../../lib/types";
import type { More } from "./api";
import { reduce, type PlayerEvent, type PlayerState } from "./player-state";
import { currentOf, follower, neighbour, queueOf, type Entry } from "./queue/queue";
import { readPreferences } from "./preferences";
import { useQueueVerbs, useSupply, type QueueVerbs } from "./queue/use-queue";

/** Makes the sound while the bar is there. */
export interface Sound {
  toggle: () => void;
  seek: (second: number) => void;
  restart: () => void;
  plays: (file: FileRecord) => boolean;
}

export interface Player {
  state: PlayerState | null;
  /** Play this file and then the rest of `list`; pause or resume if it is the current file. */
  choose: (file: FileRecord, list: readonly FileRecord[], more?: More) => void;
  /** Play these files in random order. */
  startShuffled: (files: readonly FileRecord[], more?: More) => void;
  toggle: () => void;
  seek: (second: number) => void;
  /** Null at the end of the queue. */
  next: (() => void) | null;
  /** Go to the beginning of the file; from there, to the file before. */
  previous: () => void;
  queue: QueueVerbs;
  forget: (file_id: string) => void;
  close: () => void;
  /** Set what makes the sound; null once it is gone. */
  soundsBy: (sound: Sound | null) => void;
  report: Dispatch<PlayerEvent>;
  /** Called when the file has ended by itself. */
  ended: () => void;
}

/** Later than this, "previous" goes to the beginning of the same file. */
const AT_ITS_BEGINNING_S = 3;

export function usePlayer(): Player {
  const [state, dispatch] = useReducer(reduce, null);
  const sound = useRef<Sound | null>(null);
  const queue = useQueueVerbs(dispatch);
  const supplyFrom = useSupply(state, dispatch);

  const nextEntry = state && neighbour(state.queue, 1);
  const previousEntry = state && neighbour(state.queue, -1);
  const go = (entry: Entry) => {
    if (state && entry.key === currentOf(state.queue)?.key) sound.current?.restart();
    else queue.jump(entry.key);
  };

  return {
    state,
    queue,
    next: nextEntry && (() => go(nextEntry)),
    previous() {
      if (previousEntry && (state?.position ?? 0) < AT_ITS_BEGINNING_S) go(previousEntry);
      else sound.current?.seek(0);
    },
    toggle: useCallback(() => sound.current?.toggle(), []),
    seek: useCallback((second: number) => sound.current?.seek(second), []),
    choose: useCallback(
      (one: FileRecord, list: readonly FileRecord[], more?: More) => {
        if (sound.current?.plays(one)) return sound.current.toggle();
        supplyFrom(more ?? null);
        dispatch({ type: "chosen", queue: queueOf(list, one, readPreferences(), Math.random) });
      },
      [supplyFrom],
    ),
    startShuffled: useCallback(
      (files: readonly FileRecord[], more?: More) => {
        const first = files[Math.floor(Math.random() * files.length)];
        if (!first) return;
        supplyFrom(more ?? null);
        dispatch({ type: "chosen", queue: queueOf(files, first, { ...readPreferences(), shuffled: true }, Math.random) });
      },
      [supplyFrom],
    ),
    forget: useCallback((file_id: string) => dispatch({ type: "removed", file_id }), []),
    close: () => dispatch({ type: "closed" }),
    soundsBy: useCallback((by: Sound | null) => void (sound.current = by), []),
    report: dispatch,
    ended() {
      const entry = state && follower(state.queue);
      if (entry) go(entry);
      else dispatch({ type: "status", status: "paused" });
    },
  };
}
