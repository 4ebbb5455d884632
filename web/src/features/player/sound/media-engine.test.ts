import { describe, expect, test, vi } from "vitest";
import { aFile } from "../../../testing/builders";
import { fileSource } from "./file-source";
import type { FreshAddress } from "./fresh-address";
import { MediaEngine } from "./media-engine";
import type { PlayerEvent } from "../player-state";
import type { Source } from "./source";

/** Numbered addresses that live for `lives` seconds each. */
function anEngine({ lives = 60, fails = false, from = 0 }: { lives?: number; fails?: boolean; from?: number } = {}) {
  const element = document.createElement("audio");
  const events: PlayerEvent[] = [];
  let asked = 0;
  const address = (): Promise<FreshAddress> => {
    asked += 1;
    if (fails) return Promise.reject(new Error("no network"));
    return Promise.resolve({ url: `http://store.test/${asked}`, dies_at: performance.now() + lives * 1000 });
  };
  const onEnded = vi.fn<() => void>();
  const sources = () => Promise.resolve([fileSource(address)]);
  const report = (event: PlayerEvent) => events.push(event);
  const engine = new MediaEngine({ file: aFile(), element, from, sources, report, onQuality: () => undefined, onEnded });
  return { engine, element, events, onEnded, asked: () => asked };
}

const waitForEvents = () => new Promise((resolve) => setTimeout(resolve, 0));
const statuses = (events: PlayerEvent[]) => events.flatMap((event) => (event.type === "status" ? [event.status] : []));

/** What the browser does when a song has played to `second`. */
function hear(element: HTMLMediaElement, second: number) {
  element.currentTime = second;
  element.dispatchEvent(new Event("timeupdate"));
}

test("play fetches an address and starts", async () => {
  const { engine, element, events } = anEngine();
  const play = vi.spyOn(element, "play");

  engine.play();
  await waitForEvents();
  element.dispatchEvent(new Event("playing"));

  expect(element.src).toBe("http://store.test/1");
  expect(play).toHaveBeenCalledOnce();
  expect(statuses(events)).toEqual(["loading", "playing"]);
});

test("a song that an earlier visit left fetches nothing until it plays, and then begins at its second", async () => {
  const { engine, element, asked } = anEngine({ from: 42 });
  await waitForEvents();
  expect(asked()).toBe(0);

  engine.toggle();
  await waitForEvents();
  element.dispatchEvent(new Event("loadedmetadata"));

  expect(asked()).toBe(1);
  expect(element.currentTime).toBe(42);
});

test("a pause and a play within its life need no other address", async () => {
  const { engine, asked } = anEngine();
  engine.play();
  await waitForEvents();

  engine.toggle();
  engine.toggle();
  await waitForEvents();

  expect(asked()).toBe(1);
});

test("a seek after its life gets a fresh address, and goes on at that second", async () => {
  const { engine, element, events } = anEngine({ lives: 0 });
  engine.play();
  await waitForEvents();

  engine.seek(120);
  await waitForEvents();

  expect(element.src).toBe("http://store.test/2");
  expect(element.currentTime).toBe(120);
  expect(events).toContainEqual({ type: "position", position: 120 });
});

describe("an error of the element", () => {
  test("gets a fresh address, and goes on at the second that was last heard", async () => {
    const { engine, element } = anEngine();
    engine.play();
    await waitForEvents();
    hear(element, 61);
    // A browser forgets the time when it gives up on an address.
    element.currentTime = 0;

    element.dispatchEvent(new Event("error"));
    await waitForEvents();

    expect(element.src).toBe("http://store.test/2");
    expect(element.currentTime).toBe(61);
  });

  test("is believed after two fresh addresses without a sound", async () => {
    const { engine, element, events, asked } = anEngine();
    engine.play();
    await waitForEvents();

    for (let time = 0; time < 3; time += 1) {
      element.dispatchEvent(new Event("error"));
      await waitForEvents();
    }

    expect(asked()).toBe(3);
    expect(events.at(-1)).toMatchObject({ type: "failed" });
  });

  test("waits for the network when there is none, and then goes on", async () => {
    const { engine, element, events } = anEngine();
    engine.play();
    await waitForEvents();
    hear(element, 30);
    const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);

    element.dispatchEvent(new Event("error"));
    expect(statuses(events).at(-1)).toBe("waiting");
    online.mockReturnValue(true);
    globalThis.dispatchEvent(new Event("online"));
    await waitForEvents();

    expect(element.src).toBe("http://store.test/2");
    expect(element.currentTime).toBe(30);
  });
});

test("an address that cannot be had is told in words", async () => {
  const { engine, events } = anEngine({ fails: true });

  engine.play();
  await waitForEvents();

  expect(events.at(-1)).toEqual({ type: "failed", failure: "Can't reach Moodrop." });
});

test("the end is told, and does not look like a pause", async () => {
  const { engine, element, events, onEnded } = anEngine();
  engine.play();
  await waitForEvents();
  vi.spyOn(element, "ended", "get").mockReturnValue(true);

  element.dispatchEvent(new Event("pause"));
  element.dispatchEvent(new Event("ended"));

  expect(onEnded).toHaveBeenCalledOnce();
  expect(statuses(events)).not.toContain("paused");
});

test("after destroy nothing is told any more", async () => {
  const { engine, element, events } = anEngine();
  engine.play();
  await waitForEvents();
  engine.destroy();
  const before = events.length;

  element.dispatchEvent(new Event("playing"));
  element.dispatchEvent(new Event("error"));
  await waitForEvents();

  expect(events).toHaveLength(before);
  expect(element.getAttribute("src")).toBeNull();
});

/** Sources that are opened as "name second", and fail when they are told to. */
function severalSources(...names: string[]) {
  const element = document.createElement("video");
  const opened: string[] = [];
  const closed: string[] = [];
  const events: PlayerEvent[] = [];
  const failures: (() => void)[] = [];
  const sourceOf = (name: string): Source => ({
    tries: 1,
    open(media, second, { onFailed }) {
      opened.push(`${name} ${second}`);
      failures.push(onFailed);
      media.src = `http://store.test/${name}`;
      media.currentTime = second;
      return Promise.resolve({ isStale: () => false, close: () => closed.push(name) });
    },
  });
  const sources = () => Promise.resolve(names.map(sourceOf));
  const report = (event: PlayerEvent) => events.push(event);
  const engine = new MediaEngine({ file: aFile(), element, sources, report, onQuality: () => undefined, onEnded: () => undefined });
  return { engine, element, opened, closed, events, fail: (index = 0) => failures[index]?.() };
}

describe("with several sources", () => {
  test("the next goes on at the second where one failed", async () => {
    const { engine, element, opened, closed, fail } = severalSources("stream", "original");
    engine.play();
    await waitForEvents();
    hear(element, 42);

    fail();
    await waitForEvents();

    expect(opened).toEqual(["stream 0", "original 42"]);
    expect(closed).toEqual(["stream"]);
  });

  test("the last one's failure is told", async () => {
    const { engine, element, events } = severalSources("stream", "original");
    engine.play();
    await waitForEvents();

    for (let time = 0; time < 2; time += 1) {
      element.dispatchEvent(new Event("error"));
      await waitForEvents();
    }

    expect(events.at(-1)).toMatchObject({ type: "failed" });
  });

  test("late news of a source that was left is ignored", async () => {
    const { engine, opened, fail } = severalSources("stream", "original", "rendition");
    engine.play();
    await waitForEvents();

    fail();
    fail();
    await waitForEvents();

    expect(opened).toEqual(["stream 0", "original 0"]);
  });

  test("what was paused stays paused", async () => {
    const { engine, element, events, fail } = severalSources("stream", "original");
    engine.play();
    await waitForEvents();
    element.dispatchEvent(new Event("pause"));
    const play = vi.spyOn(element, "play");

    fail();
    await waitForEvents();

    expect(play).not.toHaveBeenCalled();
    expect(statuses(events).at(-1)).toBe("paused");
  });

  test("a seek while one is being opened goes there", async () => {
    const { engine, element, opened } = severalSources("stream");
    engine.play();
    engine.seek(30);
    await waitForEvents();

    expect(opened).toHaveLength(1);
    expect(element.currentTime).toBe(30);
  });
});
