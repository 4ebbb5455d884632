/** Why a file comes, in a few words. */
import type { Why } from "../player/queue/origin";
import type { RadioWords } from "./radio-words";

export function whyInWords({ code, title, count, days }: Why, { why: texts }: RadioWords): string {
  switch (code) {
    case "because_you_played":
      return title === null ? texts.becauseOther : texts.because(title);
    case "popular_in_mood":
      return texts.popular;
    case "often_in_mood":
      return texts.often(count ?? 1);
    case "not_heard_lately":
      return days ? texts.lately(days) : texts.again;
    case "new_here":
      return texts.isNew;
    default:
      // A newer service may have more reasons.
      return texts.other;
  }
}
