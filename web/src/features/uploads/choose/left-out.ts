/** What was chosen but left out before anybody looked at it: told once, with a count and the reason. */
import { words } from "../../../lib/words";
import { isHidden, isLeftBySystem } from "./hidden-files";

export interface LeftOut {
  /** Files and folders; one that is hidden counts as one, whatever is in it. */
  hidden: number;
  unreadable: number;
}

export const NOTHING_LEFT_OUT: LeftOut = { hidden: 0, unreadable: 0 };

export type OnFiles = (files: File[], leftOut: LeftOut) => void;

export function countOf({ hidden, unreadable }: LeftOut): number {
  return hidden + unreadable;
}

export function sumOf(one: LeftOut, other: LeftOut): LeftOut {
  return { hidden: one.hidden + other.hidden, unreadable: one.unreadable + other.unreadable };
}

/** A sentence for each reason. */
export function leftOutInWords({ hidden, unreadable }: LeftOut): string[] {
  return [hidden > 0 ? words.add.hidden(hidden) : "", unreadable > 0 ? words.add.unreadableMany(unreadable) : ""].filter(Boolean);
}

/** Files as an input gives them: chosen one by one, or all that are in a folder. */
export function splitHidden(files: readonly File[]): { meant: File[]; leftOut: LeftOut } {
  const hidden = new Set<string>();
  const meant = files.filter((file) => {
    const path = hiddenPathOf(file);
    if (path !== null) hidden.add(path);
    return path === null;
  });
  return { meant, leftOut: { ...NOTHING_LEFT_OUT, hidden: hidden.size } };
}

/** The path up to the first hidden name below the folder that was chosen; null where there is none. */
function hiddenPathOf({ name, webkitRelativePath }: File): string | null {
  const names = webkitRelativePath ? webkitRelativePath.split("/") : [];
  if (names.length < 2) return isLeftBySystem(name) ? name : null;
  const first = names.findIndex((part, index) => index > 0 && isHidden(part));
  return first < 0 ? null : names.slice(0, first + 1).join("/");
}
