import { describe, expect, test } from "vitest";
import { aFile, aMovingProgress, anUpload } from "../../testing/builders.js";
import { StoreError } from "../transfer/store-error.js";
import { advance, percent, speedOf, summarise, timeLeft, type UploadProgress, type ProgressChange } from "./upload-progress.js";

const SENDING = { type: "stage", stage: "sending" } as const;
const QUEUED = { type: "stage", stage: "queued" } as const;
const DONE: UploadProgress = { status: "done", file: aFile(), cover_error: null };
const FAILED: UploadProgress = { status: "failed", error: new StoreError("refused") };

function follow(events: ReadonlyArray<[at: number, event: ProgressChange]>): UploadProgress | undefined {
  return events.reduce<UploadProgress | undefined>((progress, [at, event]) => advance(progress, event, at), undefined);
}

describe("advance", () => {
  test("speed is measured over time", () => {
    const progress = follow([
      [0, SENDING],
      [1000, { type: "sent", bytes: 500_000 }],
      [2000, { type: "sent", bytes: 1_000_000 }],
    ]);

    expect(progress).toMatchObject({ sent_bytes: 1_000_000, bytes_per_second: 500_000 });
  });

  test("a slower second moves the speed only part of the way", () => {
    const progress = follow([
      [0, SENDING],
      [1000, { type: "sent", bytes: 1_000_000 }],
      [2000, { type: "sent", bytes: 1_000_000 }],
    ]);

    const speed = progress && speedOf(progress);

    expect(speed).toBeGreaterThan(500_000);
    expect(speed).toBeLessThan(1_000_000);
  });

  test("the time spent hashing does not count as slow sending", () => {
    const progress = follow([
      [0, { type: "stage", stage: "preparing" }],
      [60_000, SENDING],
      [61_000, { type: "sent", bytes: 1_000_000 }],
    ]);

    expect(progress).toMatchObject({ bytes_per_second: 1_000_000 });
  });

  test("a new try starts from zero bytes and an unknown speed", () => {
    const progress = follow([
      [0, SENDING],
      [1000, { type: "sent", bytes: 900_000 }],
      [1100, { type: "sent", bytes: 0 }],
    ]);

    expect(progress).toMatchObject({ sent_bytes: 0, bytes_per_second: null });
  });

  test("one whose bytes were lost starts over until new ones are sent", () => {
    const lost = follow([
      [0, SENDING],
      [1000, { type: "sent", bytes: 900_000 }],
      [1100, { type: "sent", bytes: 0 }],
      [1200, { type: "waiting", cause: null }],
      [9000, SENDING],
      [9900, { type: "sent", bytes: 0 }],
    ]);

    expect(lost).toMatchObject({ sent_bytes: 0, starts_over: true });
    expect(lost && advance(lost, { type: "sent", bytes: 10 }, 9950)).toMatchObject({ starts_over: false });
  });

  test("waiting for the network keeps what was sent", () => {
    const progress = follow([
      [0, SENDING],
      [1000, { type: "sent", bytes: 400_000 }],
      [1500, { type: "waiting", cause: null }],
    ]);

    expect(progress).toMatchObject({ status: "waiting", sent_bytes: 400_000, starts_over: false });
  });

  test("a paused one keeps what is stored, also while it waits for its turn again", () => {
    const paused = follow([
      [0, SENDING],
      [1000, { type: "sent", bytes: 400_000 }],
      [1500, { type: "stage", stage: "paused" }],
      [1501, { type: "sent", bytes: 300_000 }],
    ]);
    const again = advance(paused, QUEUED, 9000);

    expect(paused).toMatchObject({ status: "paused", sent_bytes: 300_000 });
    expect(again).toMatchObject({ status: "queued", sent_bytes: 300_000 });
  });

  test("a retry leaves the failure behind", () => {
    expect(advance(FAILED, QUEUED, 0)).toMatchObject({ status: "queued", sent_bytes: 0 });
  });
});

describe("percent", () => {
  test("100 is kept for a recorded file", () => {
    expect(percent(anUpload(aMovingProgress({ sent_bytes: 1_000_000 })))).toBe(99);
    expect(percent(anUpload(aMovingProgress({ status: "confirming" })))).toBe(99);
    expect(percent(anUpload(DONE))).toBe(100);
  });

  test("an empty file has no percentage of its own", () => {
    expect(percent(anUpload(aMovingProgress({ sent_bytes: 0 }), { size_bytes: 0 }))).toBe(0);
    expect(percent(anUpload(DONE, { size_bytes: 0 }))).toBe(100);
  });
});

test("time left is what remains at the present speed", () => {
  expect(timeLeft(anUpload(aMovingProgress()))).toBe(7500);
  expect(timeLeft(anUpload(aMovingProgress({ status: "queued" })))).toBeNull();
});

describe("summarise", () => {
  test("counts, and adds up the speeds of those that move", () => {
    const uploads = [
      anUpload(aMovingProgress()),
      anUpload(aMovingProgress()),
      anUpload(aMovingProgress({ status: "paused", sent_bytes: 0 }), { size_bytes: 500_000 }),
      anUpload(DONE),
      anUpload(FAILED),
    ];

    expect(summarise(uploads)).toEqual({ active: 3, paused: 1, pausing: 0, done: 1, failed: 1, percent: 42, time_left: 10_000 });
  });

  test("all empty files done are 100 percent", () => {
    expect(summarise([anUpload(DONE, { size_bytes: 0 })])).toMatchObject({ percent: 100, time_left: null });
  });
});
