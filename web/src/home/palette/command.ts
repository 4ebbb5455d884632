/** What the palette offers, and what of it fits what was typed. Pure. */
import type { ReactNode } from "react";
import { distanceOf } from "./matching";

export interface Command {
  id: string;
  group: "actions" | "moods" | "artists" | "songs";
  text: string;
  /** Beside the text, in quieter type. */
  detail?: string;
  /** Further words by which it comes up. */
  also?: string;
  picture: ReactNode;
  onChoose: () => void;
}

const MOST = 6;

/** Return the best of each group, in the order of the groups. */
export function fitting(commands: readonly Command[], typed: string): Command[] {
  const fits = commands
    .map((command) => ({ command, distance: distanceOf(typed, `${command.text} ${command.detail ?? ""} ${command.also ?? ""}`) }))
    .filter(({ distance }) => distance !== null)
    .toSorted((one, other) => (one.distance ?? 0) - (other.distance ?? 0))
    .map(({ command }) => command);
  return GROUPS.flatMap((group) => fits.filter((command) => command.group === group).slice(0, MOST));
}

export const GROUPS = ["actions", "moods", "songs", "artists"] as const satisfies readonly Command["group"][];
