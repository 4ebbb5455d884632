/** How someone likes to listen, kept in this browser. */
import type { Repeat } from "./queue/queue";

export interface Listening {
  /** 0 to 1. */
  volume: number;
  muted: boolean;
  shuffled: boolean;
  repeat: Repeat;
}

const KEY = "moodrop.listening";
const USUAL: Listening = { volume: 1, muted: false, shuffled: false, repeat: "off" };

export function recall(): Listening {
  return { ...USUAL, ...read() };
}

/** Where the browser keeps nothing, it is as usual again next time. */
export function remember(change: Partial<Listening>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...recall(), ...change }));
  } catch {
    // A full or forbidden storage costs only the comfort.
  }
}

function read(): Partial<Listening> {
  try {
    return checked(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return {};
  }
}

/** Anyone may have written there: only what fits is taken. */
function checked(kept: unknown): Partial<Listening> {
  if (typeof kept !== "object" || kept === null) return {};
  const { volume, muted, shuffled, repeat }: Partial<Record<keyof Listening, unknown>> = kept;
  return {
    ...(typeof volume === "number" && volume >= 0 && volume <= 1 && { volume }),
    ...(typeof muted === "boolean" && { muted }),
    ...(typeof shuffled === "boolean" && { shuffled }),
    ...((repeat === "off" || repeat === "all" || repeat === "one") && { repeat }),
  };
}
