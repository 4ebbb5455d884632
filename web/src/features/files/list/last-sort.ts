/** The order chosen last, stored in this browser: the library opens in it. */
import { SORTS, type Sort } from "./library-query";

const KEY = "moodrop.sort";

export function saveSort(sort: Sort): void {
  try {
    localStorage.setItem(KEY, sort);
  } catch {
    // Storage is full or forbidden: the next visit begins with the newest.
  }
}

/** Put the order into the address of the whole library, before it is first read. Any other address has its own. */
export function startSort(): void {
  if (location.pathname + location.search !== "/") return;
  try {
    const sort = SORTS.find((one) => one === localStorage.getItem(KEY));
    if (sort && sort !== "newest") history.replaceState(history.state, "", `/?sort=${sort}`);
  } catch {
    // Storage is forbidden.
  }
}
