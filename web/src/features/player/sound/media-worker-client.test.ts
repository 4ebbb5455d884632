import { http, HttpResponse } from "msw";
import type * as Client from "./media-worker-client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { aFile, aMedia } from "../../../testing/builders";
import { originalOf } from "./playable-files";
import { aWorld, ORIGIN, problem, server } from "../../../testing/server";

const FIRST = "2026-11-21T09:59:30Z";
const SECOND = "2026-11-21T10:00:30Z";

/** The part of a browser's service workers that the page uses. */
class Container extends EventTarget {
  controller: object | null = {};
  register = vi.fn<(address: string) => Promise<void>>(() => Promise.resolve());
  messages: unknown[] = [];
  ready = Promise.resolve({ active: { postMessage: (message: unknown) => this.messages.push(message) } });
  startMessages = () => undefined;

  /** Return the page's answer to the worker. */
  ask(refused: string | null, { version = FIRST, rendition = null }: { version?: string; rendition?: string | null } = {}): Promise<unknown> {
    return new Promise((resolve) => this.say({ type: "address", file_id: "f", rendition, version, refused }, [{ postMessage: resolve }]));
  }

  say(data: object, ports: object[] = []) {
    this.dispatchEvent(Object.assign(new Event("message"), { data, ports }));
  }
}

let container: Container;
let client: typeof Client;

beforeEach(async () => {
  container = new Container();
  Object.defineProperty(navigator, "serviceWorker", { value: container, configurable: true });
  vi.resetModules();
  client = await import("./media-worker-client");
});
afterEach(() => Reflect.deleteProperty(navigator, "serviceWorker"));

/** Numbered addresses that live for a minute. */
function numbered({ etag = "e", confirmed_at = FIRST } = {}) {
  let asked = 0;
  const at = { server_time: "2026-11-21T10:00:00Z", expires_at: "2026-11-21T10:01:00Z" };
  server.use(
    http.get(`${ORIGIN}/v1/files/:id/download`, () =>
      HttpResponse.json({ ...at, file_id: "f", method: "GET", url: `store/${(asked += 1)}`, headers: {}, etag, confirmed_at }),
    ),
  );
}

describe("the build of the page that the worker stores", () => {
  const SCRIPT = "/assets/page-1a2b.js";
  let script: HTMLScriptElement;

  beforeEach(() => {
    vi.useFakeTimers();
    script = document.head.appendChild(Object.assign(document.createElement("script"), { type: "module" }));
    script.setAttribute("src", SCRIPT);
  });
  afterEach(() => {
    script.remove();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test("is named once the person has had the network for a while", async () => {
    await client.mediaWorker();
    await vi.advanceTimersByTimeAsync(14_999);
    expect(container.messages).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);

    expect(container.messages).toEqual([SCRIPT]);
  });

  test("is named as soon as the person leaves", async () => {
    await client.mediaWorker();
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(0);
    expect(container.messages).toEqual([]);
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(0);

    expect(container.messages).toContain(SCRIPT);
  });

  test("is named at once for a song that is kept on the device", async () => {
    await client.mediaWorker();
    await client.storePage();

    expect(container.messages).toEqual([SCRIPT]);
  });

  test("is nobody's business where there is no worker", async () => {
    Reflect.deleteProperty(navigator, "serviceWorker");

    await expect(client.storePage()).resolves.toBeUndefined();
  });
});

test("an address is given out for as long as it lives", async () => {
  aWorld();
  numbered();
  const clock = vi.spyOn(performance, "now").mockReturnValue(0);
  expect(await client.mediaWorker()).toBe(true);

  expect(await container.ask(null)).toEqual({ url: "store/1", etag: "e" });
  clock.mockReturnValue(57_000);
  expect(await container.ask(null)).toEqual({ url: "store/1", etag: "e" });
  clock.mockReturnValue(58_500);
  expect(await container.ask(null)).toEqual({ url: "store/2", etag: "e" });
});

test("one that the store refused is not given out again, whatever the clock says", async () => {
  aWorld();
  numbered();
  await client.mediaWorker();
  await container.ask(null);

  expect(await container.ask("store/1")).toEqual({ url: "store/2", etag: "e" });
});

test("a song that moved to another store goes on there, with its ETag of there", async () => {
  aWorld();
  numbered();
  await client.mediaWorker();
  await container.ask(null);
  numbered({ etag: "e-1" });

  expect(await container.ask("store/1")).toEqual({ url: "store/1", etag: "e-1" });
  expect(client.isOutdated({ file_id: "f", rendition: null, version: FIRST })).toBe(false);
});

test("of a song that got other bytes there is no address any more; its new version has one", async () => {
  aWorld();
  numbered();
  await client.mediaWorker();
  await container.ask(null);
  numbered({ confirmed_at: SECOND });

  expect(await container.ask("store/1")).toEqual({ url: null, again: "never" });
  expect(client.isOutdated({ file_id: "f", rendition: null, version: FIRST })).toBe(true);
  expect(await container.ask(null, { version: SECOND })).toMatchObject({ url: "store/2" });
  expect(client.isOutdated({ file_id: "f", rendition: null, version: SECOND })).toBe(false);
});

test("nor of a rendition that was made anew", async () => {
  aWorld();
  server.use(http.get(`${ORIGIN}/v1/files/f/media`, () => HttpResponse.json(aMedia({ renditions: ["audio"] }))));
  await client.mediaWorker();

  expect(await container.ask(null, { rendition: "audio", version: "audio.etag" })).toMatchObject({ etag: null });
  expect(await container.ask(null, { rendition: "audio", version: "audio.before" })).toEqual({ url: null, again: "never" });
});

test("a service that is down is asked again later, one that knows no such song never", async () => {
  aWorld();
  await client.mediaWorker();

  server.use(http.get(`${ORIGIN}/v1/files/:id/download`, () => problem(503, "store_unavailable", { retryable: true })));
  expect(await container.ask(null)).toEqual({ url: null, again: "later" });

  server.use(http.get(`${ORIGIN}/v1/files/:id/download`, () => problem(404, "file_not_found")));
  expect(await container.ask(null)).toEqual({ url: null, again: "never" });
});

test("late bytes are messages with their reason, and so is their return", async () => {
  aWorld();
  server.use(http.get(`${ORIGIN}/v1/files/:id/download`, () => HttpResponse.error()));
  await client.mediaWorker();
  const troubles = vi.fn<(file_id: string, trouble: string) => void>();
  const stop = client.onTrouble(troubles);

  container.say({ type: "trouble", file_id: "f", stuck: true });
  await container.ask(null);
  container.say({ type: "trouble", file_id: "f", stuck: true });
  container.say({ type: "trouble", file_id: "f", stuck: false });
  stop();
  container.say({ type: "trouble", file_id: "f", stuck: true });

  expect(troubles.mock.calls).toEqual([
    ["f", "Connection lost. Playback will resume automatically."],
    ["f", "Can't reach Moodrop."],
    ["f", ""],
  ]);
});

test("a page that no worker takes, plays without it", async () => {
  container.register.mockRejectedValue(new Error("not allowed"));

  expect(await client.mediaWorker()).toBe(false);
});

test("the lasting address tells the worker all it needs", () => {
  const original = originalOf(aFile({ file_id: "a/b" }));

  expect(client.lastingAddress(original)).toBe("/media/a%2Fb?size=4200000&type=audio%2Fmpeg&version=2026-11-21T09%3A59%3A30Z");
  expect(client.lastingAddress({ ...original, rendition: "audio" })).toMatch(/&rendition=audio$/);
});

test("a browser that never says whether it registered the worker plays without it", async () => {
  vi.useFakeTimers();
  container.register.mockReturnValue(new Promise(() => undefined));

  const ready = client.mediaWorker();
  await vi.advanceTimersByTimeAsync(2000);
  vi.useRealTimers();

  expect(await ready).toBe(false);
});
