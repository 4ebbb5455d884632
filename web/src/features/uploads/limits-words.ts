/** What may be chosen, and why a file was left out: in words. */
import type { Refusal } from "@moodrop/uploads";
import type { Limits } from "../../lib/types";
import { words } from "../../lib/words";

/** One sentence with the file's name and the rule. */
export function refusalInWords({ filename, size_bytes, reason }: Refusal, limits: Limits): string {
  switch (reason) {
    case "known":
      return words.add.duplicate(filename);
    case "too_large":
      return words.add.tooLarge(filename, size_bytes, limits.max_upload_bytes);
    case "not_allowed":
      return words.add.notAllowed(filename, kindsInWords(limits.allowed_content_types));
  }
}

export function limitsInWords(limits: Limits): string {
  return words.add.limits(kindsInWords(limits.allowed_content_types), limits.max_upload_bytes);
}

/** "audio, video, pictures, and PDF", from audio/*, video/*, image/png, image/jpeg, application/pdf. */
function kindsInWords(contentTypes: readonly string[]): string {
  const kinds = contentTypes.map((type) => words.add.kinds[type] ?? words.add.kinds[familyOf(type)] ?? type);
  return words.add.list([...new Set(kinds)]);
}

function familyOf(type: string): string {
  return `${type.split("/")[0] ?? ""}/*`;
}
