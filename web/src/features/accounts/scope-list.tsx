/** What a key or a terminal may do, in words. */
import { locale } from "../../lib/words";
import { useAccountWords } from "./account-words";

export function ScopeList({ scopes }: { scopes: readonly string[] }) {
  const words = useAccountWords();
  return <>{locale.list(scopes.map((scope) => words.scopes[scope] ?? scope))}</>;
}
