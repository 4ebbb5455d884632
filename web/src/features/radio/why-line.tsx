/** Why a file comes. */
import type { Why } from "../player/queue/origin";
import { useRadioWords } from "./radio-words";
import { whyInWords } from "./why-in-words";

export function WhyLine({ why, className = "" }: { why: Why; className?: string }) {
  return (
    <span className={`soft ${className}`} dir="auto">
      {whyInWords(why, useRadioWords())}
    </span>
  );
}
