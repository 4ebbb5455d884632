import { describe, expect, test } from "vitest";
import { conclude, progressOf, type Expressions, type FrameFaces } from "./verdict";

const MOODS = ["happy", "sad", "neutral"];
const NOTHING: Expressions = { happy: 0, sad: 0, neutral: 0, angry: 0, fearful: 0, disgusted: 0, surprised: 0 };

const face = (shares: Partial<Expressions>): Expressions => ({ ...NOTHING, ...shares });
const alone = (shares: Partial<Expressions>, times = 5): FrameFaces[] => Array.from({ length: times }, () => [face(shares)]);
const empty = (times: number): FrameFaces[] => Array.from({ length: times }, () => []);
const pair = (times: number): FrameFaces[] => Array.from({ length: times }, () => [face({ happy: 1 }), face({ sad: 1 })]);

describe("five frames of one face make a verdict", () => {
  test.each([
    ["a smile", { happy: 0.97, neutral: 0.03 }, "happy", "clear"],
    ["tears", { sad: 0.9, neutral: 0.1 }, "sad", "clear"],
    ["a face at rest", { neutral: 0.85, sad: 0.15 }, "neutral", "clear"],
    ["anger, which wants comfort too", { angry: 0.5, disgusted: 0.2, neutral: 0.3 }, "sad", "likely"],
    ["fear", { fearful: 0.6, happy: 0.4 }, "sad", "likely"],
    ["a glad surprise", { surprised: 0.6, happy: 0.4 }, "happy", "likely"],
    ["a surprise at rest", { surprised: 0.6, neutral: 0.4 }, "neutral", "likely"],
    ["a bit of each", { happy: 0.36, sad: 0.33, neutral: 0.31 }, "happy", "guess"],
  ])("%s", (_, shares, mood, sureness) => {
    expect(conclude(alone(shares), MOODS)).toEqual({ mood, sureness });
  });

  test("one blink does not change it", () => {
    const looks = [...alone({ happy: 0.9, neutral: 0.1 }, 4), ...alone({ sad: 1 }, 1)];

    expect(conclude(looks, MOODS)).toEqual({ mood: "happy", sureness: "likely" });
  });

  test("only a mood that the service has is suggested", () => {
    expect(conclude(alone({ happy: 0.1, neutral: 0.85, sad: 0.05 }), ["sad", "wild", "happy"])).toEqual({
      mood: "happy",
      sureness: "likely",
    });
  });

  test("a face that shows none of them is only a guess", () => {
    expect(conclude(alone({ neutral: 1 }), ["happy", "sad"])).toEqual({ mood: "happy", sureness: "guess" });
  });
});

test("before that there is more to see", () => {
  expect(conclude(alone({ happy: 1 }, 4), MOODS)).toBeNull();
  expect(progressOf(alone({ happy: 1 }, 4))).toBe(0.8);
});

test("someone may come into the picture late", () => {
  expect(conclude([...empty(19), ...alone({ happy: 1 }, 4)], MOODS)).toBeNull();
  expect(conclude([...empty(19), ...alone({ happy: 1 })], MOODS)).toMatchObject({ mood: "happy" });
});

test("nobody for long is said", () => {
  expect(conclude(empty(19), MOODS)).toBeNull();
  expect(conclude(empty(20), MOODS)).toBe("no_face");
});

test("two faces are one too many, though someone who walks past is not", () => {
  expect(conclude(pair(5), MOODS)).toBe("many_faces");
  expect(conclude([...pair(4), ...alone({ sad: 1 })], MOODS)).toMatchObject({ mood: "sad" });
});
