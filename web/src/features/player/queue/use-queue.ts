/** The queue's actions, and its supply of further files. */
import { useEffect, useMemo, type Dispatch } from "react";
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
  change: (run: (queue: queues.Queue) => queues.Queue) => void;
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
      change,
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

/** What led to the files of a queue, and where more of them come from. */
export interface Lead extends queues.Supplied {
  /** None: the queue is complete. */
  more?: More;
}

export interface Supply {
  /** Set where this queue's files come from. */
  from: (lead: Lead) => void;
  /** The queue is at its end: go on as soon as there is more. */
  goOn: () => void;
}

/** Supply the queue from its list. */
export function useSupply(state: PlayerState | null, dispatch: Dispatch<PlayerEvent>): Supply {
  const upcoming = state === null ? FEW : queues.upcoming(state.queue).length;
  // A failure is tried again with the next file, and once nothing is left.
  const need = upcoming === 0 ? 2 : Number(upcoming < FEW);
  const turn = state?.turn ?? 0;
  const supply = useMemo(() => supplyOf(dispatch), [dispatch]);

  useEffect(() => {
    if (turn > 0 && need > 0) supply.ask(false);
  }, [need, turn, supply]);
  return supply;
}

function supplyOf(dispatch: Dispatch<PlayerEvent>) {
  let lead: Lead | null = null;
  /** Which lead is being asked, so that each is asked once at a time. */
  let asked: Lead | null = null;
  let goesOn = false;

  const arrive = (from: Lead, files: readonly FileRecord[]) => {
    if (lead !== from) return;
    if (files.length === 0) lead = null;
    const toNext = goesOn;
    goesOn = false;
    dispatch({
      type: "queue",
      change(queue) {
        const longer = queues.extend(queue, files, Math.random, from);
        return toNext ? queues.jumpTo(longer, queues.neighbour(longer, 1)?.key ?? -1) : longer;
      },
    });
  };

  const ask = (thenGoOn: boolean) => {
    goesOn = thenGoOn;
    const from = lead;
    if (!from?.more || asked === from) return;
    asked = from;
    from
      .more()
      .then((files) => arrive(from, files), () => undefined)
      .finally(() => {
        if (asked === from) asked = null;
      });
  };

  return {
    ask,
    from: (next: Lead) => (lead = next),
    goOn: () => ask(true),
  };
}
