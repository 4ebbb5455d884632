/** Gestures on the list as a whole, beyond what its rows' own controls do. */
import { useEffect, useEffectEvent, type RefObject } from "react";
import type { ListGestures } from "./list-gestures";

/** Loads the gestures a moment after the list: nobody presses that soon. */
export function useListGestures(list: RefObject<HTMLElement | null>, gestures: ListGestures): void {
  const onLongPress = useEffectEvent(gestures.onLongPress);
  const onSelectAll = useEffectEvent(gestures.onSelectAll);
  const onFocus = useEffectEvent(gestures.onFocus);

  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const stop = new AbortController();
    const on = {
      onLongPress: (index: number) => onLongPress(index),
      onSelectAll: () => onSelectAll(),
      onFocus: (index: number | null) => onFocus(index),
    };
    import("./list-gestures").then(
      ({ listenToGestures }) => listenToGestures(element, on, stop.signal),
      // Without gestures every control of the rows still works.
      () => undefined,
    );
    return () => stop.abort();
  }, [list]);
}
