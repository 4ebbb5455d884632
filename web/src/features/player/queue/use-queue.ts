/** The queue's actions, and its supply of further files. */
import { useEffect, useMemo, useRef, type Dispatch } from "react";
import type { FileRecord } from "../../../lib/types";
import type { More } from "../api";
import type { PlayerEvent, PlayerState } from "../player-state";
import * as queues from "./queue";
import { savePreferences } from "../preferences";

export interface QueueVerbs {
  playNext: (file: FileRecord) => void;
  addLast: (file: FileRecord) => void;
  jump: (key: number) => void;
  remove: (key: number) => void;
  /** `to` counts from the first upcoming file. */
  move: (key: number, to: number) => void;
  clear: () => void;
  setShuffled: (on: boolean) => void;
  setRepeat: (repeat: queues.Repeat) => void;
}

export function useQueueVerbs(dispatch: Dispatch<PlayerEvent>): QueueVerbs {
  return useMemo(() => {
    const change = (run: (queue: queues.Queue) => queues.Queue) => dispatch({ type: "queue", change: run });
    return {
      playNext: (file) => change((queue) => queues.playNext(queue, file)),
      addLast: (file) => change((queue) => queues.addLast(queue, file)),
      jump: (key) => change((queue) => queues.jumpTo(queue, key)),
      remove: (key) => change((queue) => queues.remove(queue, key)),
      move: (key, to) => change((queue) => queues.move(queue, key, to)),
      clear: () => change(queues.clear),
      setShuffled(on) {
        savePreferences({ shuffled: on });
        change((queue) => (on ? queues.shuffle(queue, Math.random) : queues.unshuffle(queue)));
      },
      setRepeat(repeat) {
        savePreferences({ repeat });
        change((queue) => ({ ...queue, repeat }));
      },
    };
  }, [dispatch]);
}

/** With fewer upcoming files than this, more are requested. */
const FEW = 5;

/** Supply the queue from a list. Returns a function that sets the list; null if it is complete. */
export function useSupply(state: PlayerState | null, dispatch: Dispatch<PlayerEvent>): (more: More | null) => void {
  const source = useRef<More | null>(null);
  const few = state !== null && queues.upcoming(state.queue).length < FEW;
  const turn = state?.turn ?? 0;

  useEffect(() => {
    const more = source.current;
    if (turn === 0 || !few || !more) return;
    // Removed until it answers, so that it is asked only once; a failure is tried again with the next file.
    source.current = null;
    const giveBack = () => (source.current ??= more);
    more().then((files) => {
      if (files.length === 0) return;
      giveBack();
      dispatch({ type: "queue", change: (queue) => queues.extend(queue, files, Math.random) });
    }, giveBack);
  }, [few, turn, dispatch]);

  return useMemo(() => (more) => (source.current = more), []);
}
