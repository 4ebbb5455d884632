/** What plays, where it is, and what comes after it. Pure. */
import type { FileRecord } from "../../lib/types";

export type PlayerStatus = "loading" | "playing" | "paused" | "waiting" | "failed";

export interface PlayerState {
  /** The list that the song was chosen from, as it was then. */
  queue: readonly FileRecord[];
  file: FileRecord;
  status: PlayerStatus;
  position: number;
  /** Seconds; null until the browser knows. */
  duration: number | null;
  /** For a person, when `failed`. */
  failure: string;
}

export type PlayerEvent =
  | { type: "chosen"; file: FileRecord; queue: readonly FileRecord[] }
  | { type: "status"; status: Exclude<PlayerStatus, "failed"> }
  | { type: "position"; position: number }
  | { type: "duration"; duration: number }
  | { type: "failed"; failure: string }
  | { type: "removed"; file_id: string }
  | { type: "closed" };

export function reduce(state: PlayerState | null, event: PlayerEvent): PlayerState | null {
  if (event.type === "chosen") {
    const { file, queue } = event;
    return { queue, file, status: "loading", position: 0, duration: null, failure: "" };
  }
  if (state === null || event.type === "closed") return null;
  switch (event.type) {
    case "status":
      return { ...state, status: event.status, failure: "" };
    case "position":
      return { ...state, position: event.position };
    case "duration":
      return { ...state, duration: Number.isFinite(event.duration) ? event.duration : null };
    case "failed":
      return { ...state, status: "failed", failure: event.failure };
    case "removed":
      return afterRemoval(state, event.file_id);
  }
}

function afterRemoval(state: PlayerState, file_id: string): PlayerState | null {
  if (state.file.file_id === file_id) return null;
  return { ...state, queue: state.queue.filter((file) => file.file_id !== file_id) };
}

/** The song `step` places further on; null at either end. */
export function neighbour({ queue, file }: PlayerState, step: 1 | -1): FileRecord | null {
  const index = queue.findIndex((one) => one.file_id === file.file_id);
  return index === -1 ? null : (queue[index + step] ?? null);
}
