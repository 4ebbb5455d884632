import { expect, test } from "vitest";
import type { Why } from "../player/queue/origin";
import { whyInWords } from "./why-in-words";
import { words } from "./words/en";

const why = (given: Partial<Why>): Why => ({ code: "new_here", file_id: null, count: null, days: null, title: null, ...given });

test.each([
  [why({ code: "because_you_played", title: "Blue" }), "Because you played Blue"],
  [why({ code: "because_you_played" }), "Goes with what you played"],
  [why({ code: "popular_in_mood" }), "Popular in this mood"],
  [why({ code: "often_in_mood", count: 3 }), "You played it 3 times"],
  [why({ code: "not_heard_lately", days: 12 }), "Not heard for 12 days"],
  [why({ code: "not_heard_lately", days: 0 }), "Playing it again"],
  [why({}), "New to you"],
])("a reason reads as a person says it: %#", (given, text) => {
  expect(whyInWords(given, words)).toBe(text);
});

test("a reason that this page does not know yet is no failure", () => {
  const code: string = "liked_by_friends";
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a newer service may answer
  expect(whyInWords(why({ code: code as Why["code"] }), words)).toBe("Recommended for you");
});
