/** Which cover of the grid a key leads to. Pure. */

export interface TileGrid {
  columns: number;
  count: number;
  /** The page runs from right to left. */
  rtl: boolean;
}

/** Return the index of the cover that `key` leads to from `index`; null if it leads nowhere. */
export function nextTile(key: string, index: number, { columns, count, rtl }: TileGrid): number | null {
  const ahead = rtl ? -1 : 1;
  const last = count - 1;
  switch (key) {
    case "ArrowRight":
      return within(index + ahead, count);
    case "ArrowLeft":
      return within(index - ahead, count);
    case "ArrowUp":
      return within(index - columns, count);
    case "ArrowDown":
      // The last row may be shorter.
      return rowOf(index, columns) < rowOf(last, columns) ? Math.min(index + columns, last) : null;
    case "Home":
      return within(0, count);
    case "End":
      return within(last, count);
    default:
      return null;
  }
}

const rowOf = (index: number, columns: number) => Math.floor(index / columns);

const within = (index: number, count: number) => (index >= 0 && index < count ? index : null);
