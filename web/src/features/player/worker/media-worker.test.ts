import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { passTime, silence, stopClock } from "../../../testing/clock";

/** The part of a service worker's world that the worker uses. Its one page is asked for addresses. */
class WorkerWorld extends EventTarget {
  readonly location = { origin: "https://moodrop.test" };
  readonly asked = vi.fn<(message: unknown) => void>();
  readonly clients = {
    claim: () => Promise.resolve(),
    matchAll: () => Promise.resolve([]),
    get: () => Promise.resolve({ postMessage: this.asked }),
  };

  /** Request a song as a media element does; return the response. */
  play(): Promise<Response> {
    const request = { url: `${this.location.origin}/media/a?size=4&type=audio/mpeg&version=1`, method: "GET", destination: "audio", mode: "cors", headers: new Headers() };
    return new Promise((resolve) => {
      this.dispatchEvent(Object.assign(new Event("fetch"), { request, clientId: "page", respondWith: resolve }));
    });
  }
}

let world: WorkerWorld;

beforeEach(async () => {
  world = new WorkerWorld();
  vi.stubGlobal("self", world);
  vi.stubGlobal("caches", {});
  vi.stubGlobal("fetch", silence);
  vi.resetModules();
  await import("./media-worker");
});
afterEach(() => vi.useRealTimers());

test("a page that says nothing is asked again after a while: its question to the service may take a minute", async () => {
  stopClock();
  const { body } = await world.play();
  void body?.getReader().read();
  await passTime(30_000);
  expect(world.asked.mock.calls.filter(([message]) => isQuestion(message))).toHaveLength(1);

  await passTime(15_000);

  expect(world.asked.mock.calls.filter(([message]) => isQuestion(message)).length).toBeGreaterThan(1);
});

function isQuestion(message: unknown): boolean {
  return typeof message === "object" && message !== null && "type" in message && message.type === "address";
}
