/** What a key or a terminal may do, in words. */
import { locale } from "../../lib/words";
import { useAccountWords } from "./account-words";

export function ScopeList({ scopes }: { scopes: readonly string[] }) {
  const words = useAccountWords();
  const order = Object.keys(words.scopes);
  const sorted = scopes.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
  return <>{locale.list(sorted.map((scope) => words.scopes[scope] ?? scope))}</>;
}
