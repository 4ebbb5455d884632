/** Reads what a row shows, and decides whether it may still come in. */
import { useEffect, useState } from "react";
import type { MoodFilter } from "../../../lib/moods";
import { keepRow } from "./keep-row";

/** So soon after a press nobody reads yet what it has brought. */
const AT_ONCE_MS = 500;

/** Returns an empty list until it is there. A row that is late shows the next time, in the place that is then kept for it. */
export function useRow<T>(mood: MoodFilter, hasPlace: boolean, read: () => Promise<readonly T[]>): readonly T[] {
  const [rows, setRows] = useState<readonly T[]>([]);
  useEffect(() => {
    let isHere = true;
    const began = performance.now();
    read().then(
      (answer) => {
        keepRow(mood, answer.length > 0);
        const isInTime = isPressed() && performance.now() - began < AT_ONCE_MS;
        if (isHere && (hasPlace || isInTime)) setRows(answer);
      },
      () => undefined,
    );
    return () => void (isHere = false);
  }, [mood, hasPlace, read]);
  return rows;
}

function isPressed(): boolean {
  // Some browsers do not say; there a row waits for its place.
  const { userActivation }: Partial<Navigator> = navigator;
  return userActivation?.isActive ?? false;
}
