/** The order chosen last, stored in this browser: the library opens in it. */
import { readStored, store } from "../../../lib/stored";
import { SORTS, type Sort } from "./library-query";

const KEY = "moodrop.sort";

export function saveSort(sort: Sort): void {
  store(KEY, sort);
}

/** Put the order into the address of the whole library, before it is first read. Any other address has its own. */
export function startSort(): void {
  if (location.pathname + location.search !== "/") return;
  const stored = readStored(KEY);
  const sort = SORTS.find((one) => one === stored);
  if (sort && sort !== "newest") history.replaceState(history.state, "", `/?sort=${sort}`);
}
