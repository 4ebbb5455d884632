/** Finds the rows of a long list that are near the screen. Draws nothing; a chunk of its own, because short lists do not need it. */
import { defaultRangeExtractor, useWindowVirtualizer, type Range } from "@tanstack/react-virtual";
import { useCallback, useLayoutEffect, useState, type RefObject } from "react";

/** Rows kept above and below the screen: as many as a quick flick passes in a frame or two. */
const OVERSCAN = 10;

export interface RowsNear {
  /** Row indexes, from 0. */
  indexes: readonly number[];
  /** CSS pixels; all rows have one height. */
  rowHeight: number;
}

export interface RowWindowProps {
  list: RefObject<HTMLElement | null>;
  count: number;
  /** The row with the focus, which stays in the page wherever the list scrolls; else null. */
  focused: number | null;
  onChange: (near: RowsNear) => void;
}

export default function RowWindow({ list, count, focused, onChange }: RowWindowProps) {
  const { top, rowHeight } = usePlace(list);
  const rangeExtractor = useCallback(
    (range: Range) => {
      const near = defaultRangeExtractor(range);
      return focused === null || near.includes(focused) ? near : [...near, focused].toSorted((a, b) => a - b);
    },
    [focused],
  );
  // oxlint-disable-next-line react/incompatible-library -- its values go to onChange only
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: top,
    rangeExtractor,
    useFlushSync: false,
    enabled: rowHeight > 0,
  });
  const items = virtualizer.getVirtualItems();

  useLayoutEffect(() => {
    // None until it knows where the window is: the focus and the place would go with the rows.
    if (rowHeight > 0 && items.length > 0) onChange({ indexes: items.map((item) => item.index), rowHeight });
  }, [items, rowHeight, onChange]);
  return null;
}

/** Measure where the list begins, in CSS pixels from the top of the page, and how high its rows are. */
function usePlace(list: RefObject<HTMLElement | null>) {
  const [place, setPlace] = useState({ top: 0, rowHeight: 0 });

  useLayoutEffect(() => {
    const measure = () => {
      const element = list.current;
      if (!element) return;
      const top = element.getBoundingClientRect().top + globalThis.scrollY;
      const rowHeight = element.querySelector("li")?.offsetHeight ?? 0;
      setPlace((before) => (before.top === top && before.rowHeight === rowHeight ? before : { top, rowHeight }));
    };
    // Anything above the list may change its height.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [list]);

  return place;
}
