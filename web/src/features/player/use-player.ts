/** The player, as React sees it. */
import { useCallback, useEffect, useEffectEvent, useReducer, useRef, useState, type RefCallback } from "react";
import type { FileRecord } from "../../lib/types";
import type { More } from "./api";
import { onTrouble } from "./media-desk";
import { MediaEngine } from "./media-engine";
import { reduce, type PlayerState } from "./player-state";
import { currentOf, follower, neighbour, queueOf, type Entry } from "./queue";
import { recall } from "./remembered";
import { prepare, songAddress } from "./song-address";
import { useQueueVerbs, useSupply, type QueueVerbs } from "./use-queue";
import { useVolume, type Volume } from "./use-volume";

export interface Player {
  state: PlayerState | null;
  /** For the <audio> or <video> that the bar draws. */
  mediaRef: RefCallback<HTMLMediaElement>;
  element: HTMLMediaElement | null;
  /** Play this one and then the rest of `list`; pause or go on when it is the current one. */
  choose: (file: FileRecord, list: readonly FileRecord[], more?: More) => void;
  /** Play these in any order, from the start. */
  startShuffled: (files: readonly FileRecord[], more?: More) => void;
  toggle: () => void;
  seek: (second: number) => void;
  /** Null at the end of the queue. */
  next: (() => void) | null;
  /** To the song's beginning; from there, to the song before. */
  previous: () => void;
  queue: QueueVerbs;
  volume: Volume;
  forget: (file_id: string) => void;
  close: () => void;
}

/** Later than this, "previous" means the beginning of the same song. */
const AT_ITS_BEGINNING_S = 3;

export function usePlayer(): Player {
  const [state, dispatch] = useReducer(reduce, null);
  const [element, mediaRef] = useState<HTMLMediaElement | null>(null);
  const engine = useRef<MediaEngine | null>(null);
  const queue = useQueueVerbs(dispatch);
  const supplyFrom = useSupply(state, dispatch);
  const volume = useVolume(element);

  const { turn = 0, file = null } = state ?? {};
  const nextEntry = state && neighbour(state.queue, 1);
  const previousEntry = state && neighbour(state.queue, -1);
  const go = (entry: Entry) => {
    if (state && entry.key === currentOf(state.queue)?.key) engine.current?.restart();
    else queue.jump(entry.key);
  };

  const ended = useEffectEvent(() => {
    const entry = state && follower(state.queue);
    if (entry) go(entry);
    else dispatch({ type: "status", status: "paused" });
  });
  const begin = useEffectEvent((media: HTMLMediaElement) => {
    if (!file) return null;
    const started = new MediaEngine({ file, element: media, address: songAddress, tell: dispatch, onEnded: () => ended() });
    started.play();
    return started;
  });
  useEffect(() => {
    if (!turn || !element) return undefined;
    const running = begin(element);
    engine.current = running;
    return () => {
      engine.current = null;
      running?.destroy();
    };
  }, [turn, element]);

  const current = file?.file_id;
  useEffect(
    () => onTrouble((late, trouble) => late === current && dispatch({ type: "trouble", trouble })),
    [current],
  );

  const following = nextEntry?.file ?? null;
  const playing = state?.status === "playing";
  useEffect(() => {
    if (playing && following) prepare(following);
  }, [playing, following]);

  return {
    state,
    mediaRef,
    element,
    queue,
    volume,
    next: nextEntry && (() => go(nextEntry)),
    previous() {
      if (previousEntry && (state?.position ?? 0) < AT_ITS_BEGINNING_S) go(previousEntry);
      else engine.current?.seek(0);
    },
    toggle: useCallback(() => engine.current?.toggle(), []),
    seek: useCallback((second: number) => engine.current?.seek(second), []),
    choose: useCallback(
      (one: FileRecord, list: readonly FileRecord[], more?: More) => {
        if (engine.current?.plays(one)) return engine.current.toggle();
        supplyFrom(more ?? null);
        dispatch({ type: "chosen", queue: queueOf(list, one, recall(), Math.random) });
      },
      [supplyFrom],
    ),
    startShuffled: useCallback(
      (files: readonly FileRecord[], more?: More) => {
        const first = files[Math.floor(Math.random() * files.length)];
        if (!first) return;
        supplyFrom(more ?? null);
        dispatch({ type: "chosen", queue: queueOf(files, first, { ...recall(), shuffled: true }, Math.random) });
      },
      [supplyFrom],
    ),
    forget: useCallback((file_id: string) => dispatch({ type: "removed", file_id }), []),
    close: () => dispatch({ type: "closed" }),
  };
}
