/** The service's refusals in the chosen language: our own sentence for a known code, else the service's detail. */
import type { Problem } from "./api-error";
import { words } from "./words";
import type { Trouble } from "./words/en";

export function inWords({ code, status, detail, hint }: Problem): Trouble {
  if (code === "unreachable") return words.problems.unreachable;
  if (code === "unexpected_answer") return { detail: words.problems.unexpected(status), hint };
  return words.problems.codes[code] ?? { detail, hint };
}
