/** The service's refusals in the chosen language: our own sentence for a known code, else the service's detail. */
import type { Problem } from "./api-error";
import { words, type Words } from "./words";
import type { Trouble } from "./words/en";

export function inWords({ code, status, detail, hint }: Problem): Trouble {
  if (code === "unreachable") return words.problems.unreachable;
  if (code === "unexpected_answer") return { detail: words.problems.unexpected(status), hint };
  // They come later: at the first look nothing fails for which there are any.
  const { codes }: Partial<Words["problems"]> = words.problems;
  return codes?.[code] ?? { detail, hint };
}
