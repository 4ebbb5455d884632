/** What plays, where it is, and what comes after it. Pure. */
import type { FileRecord } from "../../lib/types";
import { currentOf, forget, type Queue } from "./queue/queue";

export type PlayerStatus = "loading" | "playing" | "paused" | "waiting" | "failed";

export interface PlayerState {
  /** Counts the files started so far. */
  turn: number;
  /** Counts how often this file was started, again and again from its beginning. */
  round: number;
  queue: Queue;
  /** The queue's current file. */
  file: FileRecord;
  status: PlayerStatus;
  position: number;
  /** Seconds; null until the browser knows. */
  duration: number | null;
  /** The reason for a person, if `failed`. */
  failure: string;
  /** The reason for a person why the next bytes are late; playback goes on. */
  trouble: string;
  /** It is as an earlier visit left it, and nothing has been fetched yet. */
  restored?: boolean | undefined;
}

export type PlayerEvent =
  | { type: "chosen"; queue: Queue }
  /** What an earlier visit left, unless something plays already. */
  | { type: "restored"; queue: Queue; position: number; duration: number | null }
  /** The queue changed; playback goes on if the current entry is still the same. */
  | { type: "queue"; change: (queue: Queue) => Queue }
  /** The same file from its beginning, as another listen: a repetition. */
  | { type: "again" }
  | { type: "status"; status: Exclude<PlayerStatus, "failed"> }
  | { type: "position"; position: number }
  | { type: "duration"; duration: number }
  | { type: "failed"; failure: string }
  | { type: "trouble"; trouble: string }
  | { type: "removed"; file_id: string }
  | { type: "closed" };

export function reduce(state: PlayerState | null, event: PlayerEvent): PlayerState | null {
  if (event.type === "chosen") return startOf(event.queue, state);
  if (event.type === "restored") return state ?? restore(event);
  if (state === null || event.type === "closed") return null;
  switch (event.type) {
    case "queue":
      return withQueue(state, event.change(state.queue));
    case "again":
      return { ...state, round: state.round + 1, position: 0 };
    case "status":
      return { ...state, status: event.status, failure: "", restored: state.restored && event.status === "paused" };
    case "position":
      return { ...state, position: event.position };
    case "duration":
      return { ...state, duration: Number.isFinite(event.duration) ? event.duration : null };
    case "failed":
      return { ...state, status: "failed", failure: event.failure };
    case "trouble":
      return { ...state, trouble: event.trouble };
    case "removed":
      return afterRemoval(state, event.file_id);
  }
}

function startOf(queue: Queue, before: PlayerState | null): PlayerState | null {
  const file = currentOf(queue)?.file;
  const turn = (before?.turn ?? 0) + 1;
  return file ? { turn, round: 1, queue, file, status: "loading", position: 0, duration: null, failure: "", trouble: "" } : null;
}

function restore({ queue, position, duration }: Extract<PlayerEvent, { type: "restored" }>): PlayerState | null {
  const state = startOf(queue, null);
  return state && { ...state, status: "paused", position, duration, restored: true };
}

function withQueue(state: PlayerState, queue: Queue): PlayerState | null {
  return currentOf(queue)?.key === currentOf(state.queue)?.key ? { ...state, queue } : startOf(queue, state);
}

/** Deleting the current file stops playback: going on by itself would be a surprise. */
function afterRemoval(state: PlayerState, file_id: string): PlayerState | null {
  if (state.file.file_id === file_id) return null;
  const queue = forget(state.queue, file_id);
  return queue && { ...state, queue };
}
