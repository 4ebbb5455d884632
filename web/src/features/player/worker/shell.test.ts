import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aCacheStorage } from "../../../testing/caches";
import { passTime, stopClock } from "../../../testing/clock";
import { answerAsset, answerPage, isAsset, isShellPage, removeOtherShells, storeShell, storeShellInTime, type Build } from "./shell";

const PAGE = "<!doctype html>";
const digest = async (text: string) =>
  Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString("hex");
const hanging = () => new Promise<Response>(() => undefined);
const noNetwork = () => Promise.reject(new TypeError("no network"));

let caches: CacheStorage;
/** What the service has. */
let served: Map<string, string>;
let asked: string[];

const fetch: typeof globalThis.fetch = async (path, init) => {
  const address = path instanceof Request ? new URL(path.url).pathname : String(path);
  asked.push(`${address} ${init?.credentials ?? ""}`);
  const text = served.get(address);
  return text === undefined ? new Response("gone", { status: 404 }) : new Response(text);
};

beforeEach(() => {
  caches = aCacheStorage();
  asked = [];
  served = new Map([["/", PAGE], ["/assets/page-1.js", "one"], ["/assets/bar-1.js", "bar"]]);
});

/** A service that has fallen silent. */
const silent: typeof globalThis.fetch = (_, init) =>
  new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("It took too long"))));

afterEach(() => vi.useRealTimers());

const aBuild = async (page = PAGE): Promise<Build> => ({ page: await digest(page), files: ["/assets/page-1.js", "/assets/bar-1.js"] });
const offline = async (build: Build | null) => (await answerPage(noNetwork, build, caches)).text();

test("without a network the page and its files are there, asked for in nobody's name", async () => {
  const build = await aBuild();
  await storeShell(build, { caches, fetch });
  expect(asked).toEqual(["/assets/page-1.js omit", "/assets/bar-1.js omit", "/ omit"]);
  await storeShell(build, { caches, fetch });
  expect(asked).toHaveLength(3);

  expect(await offline(build)).toBe(PAGE);
  const bar = await answerAsset(new Request("http://page.test/assets/bar-1.js"), { caches, fetch: noNetwork });
  expect(await bar.text()).toBe("bar");
});

test("a file that does not come is waited for a minute, and then no build is stored", async () => {
  const build = await aBuild();
  const failed = vi.fn<(error: unknown) => void>();
  stopClock();

  void storeShell(build, { caches, fetch: silent }).catch(failed);
  await passTime(29_000);
  expect(failed).not.toHaveBeenCalled();
  await passTime(2000);

  expect(failed).toHaveBeenCalledOnce();
  expect(await caches.match("/")).toBeUndefined();
});

test("the network goes first", async () => {
  const build = await aBuild();
  await storeShell(build, { caches, fetch });

  const page = await answerPage(() => Promise.resolve(new Response("newer")), build, caches);

  expect(await page.text()).toBe("newer");
});

test("a connection that hangs is given up for the stored page of the same build, and for no other", async () => {
  const [old, next] = [await aBuild(), { page: await digest("next"), files: [] }];
  await storeShell(old, { caches, fetch });
  const late = Promise.resolve();

  expect(await (await answerPage(hanging, old, caches, late)).text()).toBe(PAGE);

  for (const build of [next, null]) {
    const answers: Array<(response: Response) => void> = [];
    const slow = () => new Promise<Response>((resolve) => void answers.push(resolve));
    const page = answerPage(slow, build, caches, late);
    // By then the stored pages have been read, if they ever are.
    await new Promise((resolve) => setTimeout(resolve));
    answers[0]?.(new Response("next"));
    expect(await (await page).text()).toBe("next");
  }
});

test("a service that answers in time is not overtaken", async () => {
  const build = await aBuild();
  await storeShell(build, { caches, fetch });

  const page = await answerPage(() => Promise.resolve(new Response("newer")), build, caches, new Promise(() => undefined));

  expect(await page.text()).toBe("newer");
});

test("a build of which a file is gone, or whose page is another one, is never shown", async () => {
  const build = await aBuild();
  served.delete("/assets/bar-1.js");
  await expect(storeShell(build, { caches, fetch })).rejects.toThrow("/assets/bar-1.js: 404");
  await expect(offline(build)).rejects.toThrow("no network");

  served.set("/assets/bar-1.js", "bar").set("/", "another");
  await expect(storeShell(build, { caches, fetch })).rejects.toThrow("another page");
  await expect(offline(build)).rejects.toThrow("no network");
});

test("a service that refuses some of the files is asked for those again, twice", async () => {
  const build = await aBuild();
  served.delete("/assets/bar-1.js");
  const pauses: number[] = [];
  const back = (ms: number) => Promise.resolve(void (pauses.push(ms) === 2 && served.set("/assets/bar-1.js", "bar")));

  await storeShellInTime(build, { caches, fetch }, back);

  expect(pauses).toEqual([3000, 15_000]);
  expect(asked.filter((address) => address.includes("page-1"))).toHaveLength(1);
  expect(await offline(build)).toBe(PAGE);
  served.delete("/");
  const never = storeShellInTime({ ...build, page: "another" }, { caches, fetch }, () => Promise.resolve());
  await expect(never).rejects.toThrow("/: 404");
});

test("until a new build is whole, the old one is shown with its own files; then it can go", async () => {
  const old = await aBuild();
  await storeShell(old, { caches, fetch });
  const next = { page: await digest("next"), files: ["/assets/page-2.js"] };
  await expect(storeShell(next, { caches, fetch })).rejects.toThrow("404");
  expect(await offline(next)).toBe(PAGE);

  served = new Map([["/", "next"], ["/assets/page-2.js", "two"]]);
  await storeShell(next, { caches, fetch });
  expect(await offline(next)).toBe("next");
  expect(await (await answerAsset(new Request("http://page.test/assets/bar-1.js"), { caches, fetch })).text()).toBe("bar");

  await caches.open("moodrop-kept");
  await removeOtherShells(next, caches);
  expect(await caches.keys()).toEqual([expect.stringContaining("moodrop-shell-"), "moodrop-kept"]);
  expect(await offline(null)).toBe("next");
});

test.each([
  ["/", "navigate", true],
  ["/history", "navigate", true],
  ["/files/01M7", "navigate", true],
  ["/v1/files/01M7/download", "navigate", false],
  ["/api/auth/callback", "navigate", false],
  ["/docs", "navigate", false],
  ["/", "cors", false],
] as const)("%s by %s is the page: %s", (path, mode, expected) => {
  expect(isShellPage({ mode, method: "GET" }, path)).toBe(expected);
});

test("only what is read is answered", () => {
  expect(isShellPage({ mode: "navigate", method: "POST" }, "/")).toBe(false);
  expect(isAsset({ method: "POST" }, "/assets/a.js")).toBe(false);
  expect(isAsset({ method: "GET" }, "/assets/a.js")).toBe(true);
});
