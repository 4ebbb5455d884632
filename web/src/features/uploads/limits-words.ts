/** What may be chosen, in words. */
import type { Limits } from "../../lib/types";
import { words } from "../../lib/words";

export function limitsInWords(limits: Limits): string {
  const kinds = limits.allowed_content_types.map((type) => words.add.kinds[type] ?? words.add.kinds[familyOf(type)] ?? type);
  return words.add.limits(listOf(kinds), limits.max_upload_bytes);
}

export function listOf(kinds: readonly string[]): string {
  return words.add.list([...new Set(kinds)]);
}

function familyOf(type: string): string {
  return `${type.split("/")[0] ?? ""}/*`;
}
