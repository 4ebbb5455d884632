/** What an event of the audit was about, such as the way of signing in or the name of a key. */
import type { AccountWords } from "../account-words";
import type { AuthSession } from "../api";

/** How the providers call themselves. */
export type Labels = AuthSession["provider_labels"];

export function detailInWords(detail: string, words: AccountWords, labels: Labels): string {
  return words.activity.details[detail] ?? labels[detail] ?? detail;
}
