/** The switch of a history: it changes at once, and goes back if the service refuses. */
import { startTransition, useOptimistic, useRef } from "react";
import type { History } from "./use-history";

export function useKeeping(enabled: boolean, keep: History["keep"]): [boolean, (enabled: boolean) => void] {
  const [shown, show] = useOptimistic(enabled);
  const before = useRef<Promise<unknown>>(Promise.resolve());

  const change = (to: boolean) =>
    startTransition(async () => {
      show(to);
      // One after the other: the last click must also be the last to arrive.
      before.current = before.current.then(() => keep(to));
      await before.current;
    });
  return [shown, change];
}
