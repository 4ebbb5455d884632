/** Which files may be chosen, and how a "no" reads. The service checks again; this only saves the wait. */
import type { Limits } from "../../lib/types";
import { words } from "../../lib/words";

export interface RefusedFile {
  name: string;
  size: number | null;
  /** Already among the uploads. */
  known: boolean;
}

/** Why a file was left out: one sentence with its name and the rule. */
export function refusal(file: RefusedFile, limits: Limits): string {
  if (file.known) return words.add.duplicate(file.name);
  if (file.size !== null && file.size > limits.max_upload_bytes) {
    return words.add.tooLarge(file.name, file.size, limits.max_upload_bytes);
  }
  return words.add.notAllowed(file.name, kindsInWords(limits.allowed_content_types));
}

/** "audio, video, pictures, and PDF", from audio/*, video/*, image/png, image/jpeg, application/pdf. */
export function kindsInWords(contentTypes: readonly string[]): string {
  const kinds = contentTypes.map((type) => words.add.kinds[type] ?? words.add.kinds[familyOf(type)] ?? type);
  return words.add.list([...new Set(kinds)]);
}

export function limitsInWords(limits: Limits): string {
  return words.add.limits(kindsInWords(limits.allowed_content_types), limits.max_upload_bytes);
}

function familyOf(type: string): string {
  return `${type.split("/")[0] ?? ""}/*`;
}
