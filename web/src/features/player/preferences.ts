/** How someone likes to listen, kept in this browser. */
import type { Repeat } from "./queue/queue";

export interface Preferences {
  /** 0 to 1. */
  volume: number;
  muted: boolean;
  shuffled: boolean;
  repeat: Repeat;
}

const KEY = "moodrop.listening";
const DEFAULTS: Preferences = { volume: 1, muted: false, shuffled: false, repeat: "off" };

export function readPreferences(): Preferences {
  return { ...DEFAULTS, ...readStored() };
}

/** Where the browser keeps nothing, it is as usual again next time. */
export function savePreferences(change: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readPreferences(), ...change }));
  } catch {
    // A full or forbidden storage costs only the comfort.
  }
}

function readStored(): Partial<Preferences> {
  try {
    return parsePreferences(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return {};
  }
}

/** Anyone may have written there: only what fits is taken. */
function parsePreferences(stored: unknown): Partial<Preferences> {
  if (typeof stored !== "object" || stored === null) return {};
  const { volume, muted, shuffled, repeat }: Partial<Record<keyof Preferences, unknown>> = stored;
  return {
    ...(typeof volume === "number" && volume >= 0 && volume <= 1 && { volume }),
    ...(typeof muted === "boolean" && { muted }),
    ...(typeof shuffled === "boolean" && { shuffled }),
    ...((repeat === "off" || repeat === "all" || repeat === "one") && { repeat }),
  };
}
