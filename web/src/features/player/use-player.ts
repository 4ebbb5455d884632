/** The player as the page sees it: what plays and what comes next. The bar makes the sound (use-sound.ts). */
import { useCallback, useReducer, useRef, type Dispatch } from "react";
import type { FileRecord } from "../../lib/types";
import { reduce, type PlayerEvent, type PlayerState } from "./player-state";
import { fromLibrary } from "./queue/origin";
import { clear, currentOf, extend, follower, neighbour, queueOf, type Entry } from "./queue/queue";
import { readPreferences } from "./preferences";
import { useQueueVerbs, useSupply, type Lead, type QueueVerbs } from "./queue/use-queue";

/** Makes the sound while the bar is there. */
export interface Sound {
  toggle: () => void;
  play: () => void;
  seek: (second: number) => void;
  restart: () => void;
  plays: (file: FileRecord) => boolean;
}

export interface Player {
  state: PlayerState | null;
  /** Play this file and then the rest of `list`; pause or resume if it is the current file. */
  choose: (file: FileRecord, list: readonly FileRecord[], lead?: Lead) => void;
  /** Play these files in random order. */
  startShuffled: (files: readonly FileRecord[], lead: Lead) => void;
  /** Play these files as they come; if the first is the current file, it goes on and the others follow it. */
  startRadio: (files: readonly FileRecord[], lead: Lead) => void;
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
const LIBRARY: Lead = { originOf: fromLibrary };
const AS_IT_COMES = { shuffled: false, repeat: "off" } as const;

export function usePlayer(): Player {
  const [state, dispatch] = useReducer(reduce, null);
  const sound = useRef<Sound | null>(null);
  const queue = useQueueVerbs(dispatch);
  const supply = useSupply(state, dispatch);

  const nextEntry = state && neighbour(state.queue, 1);
  const previousEntry = state && neighbour(state.queue, -1);
  const go = (entry: Entry) => {
    if (entry.key !== (state && currentOf(state.queue)?.key)) return queue.jump(entry.key);
    dispatch({ type: "again" });
    sound.current?.restart();
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
      (one: FileRecord, list: readonly FileRecord[], lead: Lead = LIBRARY) => {
        if (sound.current?.plays(one)) return sound.current.toggle();
        supply.from(lead);
        dispatch({ type: "chosen", queue: queueOf(list, one, readPreferences(), Math.random, lead.originOf) });
      },
      [supply],
    ),
    startShuffled: useCallback(
      (files: readonly FileRecord[], lead: Lead) => {
        const first = files[Math.floor(Math.random() * files.length)];
        if (!first) return;
        supply.from(lead);
        dispatch({ type: "chosen", queue: queueOf(files, first, { ...readPreferences(), shuffled: true }, Math.random, lead.originOf) });
      },
      [supply],
    ),
    startRadio: useCallback(
      (files: readonly FileRecord[], lead: Lead) => {
        const [first, ...rest] = files;
        if (!first) return;
        supply.from(lead);
        if (!sound.current?.plays(first)) return dispatch({ type: "chosen", queue: queueOf(files, first, AS_IT_COMES, Math.random, lead.originOf) });
        dispatch({ type: "queue", change: (now) => extend({ ...clear(now), ...AS_IT_COMES }, rest, Math.random, lead) });
        sound.current.play();
      },
      [supply],
    ),
    forget: useCallback((file_id: string) => dispatch({ type: "removed", file_id }), []),
    close: () => dispatch({ type: "closed" }),
    soundsBy: useCallback((by: Sound | null) => void (sound.current = by), []),
    report: dispatch,
    ended() {
      const entry = state && follower(state.queue);
      if (entry) go(entry);
      else {
        dispatch({ type: "status", status: "paused" });
        supply.goOn();
      }
    },
  };
}
