/** How a person likes to listen, stored in this browser. */
import { readStoredJson, store } from "../../lib/stored";
import type { Repeat } from "./queue/queue";

export interface Preferences {
  /** 0 to 1. */
  volume: number;
  muted: boolean;
  /** Whether loud songs are made quieter. */
  even: boolean;
  shuffled: boolean;
  repeat: Repeat;
}

const KEY = "moodrop.listening";
const DEFAULTS: Preferences = { volume: 1, muted: false, even: true, shuffled: false, repeat: "off" };

export function readPreferences(): Preferences {
  return { ...DEFAULTS, ...parsePreferences(readStoredJson(KEY)) };
}

/** If the browser stores nothing, the defaults apply again next time. */
export function savePreferences(change: Partial<Preferences>): void {
  store(KEY, JSON.stringify({ ...readPreferences(), ...change }));
}

/** Anyone may have written to the storage: use only what is valid. */
function parsePreferences(stored: unknown): Partial<Preferences> {
  if (typeof stored !== "object" || stored === null) return {};
  const { volume, muted, even, shuffled, repeat }: Partial<Record<keyof Preferences, unknown>> = stored;
  return {
    ...(typeof volume === "number" && volume >= 0 && volume <= 1 && { volume }),
    ...(typeof muted === "boolean" && { muted }),
    ...(typeof even === "boolean" && { even }),
    ...(typeof shuffled === "boolean" && { shuffled }),
    ...((repeat === "off" || repeat === "all" || repeat === "one") && { repeat }),
  };
}
