/** The parts of accounts that the page draws, each loaded when it is. */
import { lazyPart } from "../../ui/lazy-part";
import type { AccountPlaceProps } from "./account-place";
import type { TopAccountProps } from "./top-account";

export const AccountPlace = lazyPart<AccountPlaceProps>(() => withWords(import("./account-place")));
export const TopAccount = lazyPart<TopAccountProps>(() => withWords(import("./top-account")), { quiet: true });

async function withWords<T>(part: Promise<T>): Promise<T> {
  const [loaded, { loadAccountWords }] = await Promise.all([part, import("./account-words")]);
  await loadAccountWords();
  return loaded;
}
