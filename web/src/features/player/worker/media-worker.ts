/**
 * The page's service worker. It serves the page's songs and films under addresses that never expire: /media/{file_id}.
 *
 * For them it stands between the media element and the store. It asks the page for a fresh address whenever
 * the last one is about to expire, and fetches the file piece by piece. An expired address, a lost connection and a
 * restarted store only make the bytes late; the element does not notice.
 *
 * It also opens the page without a network (shell.ts), and takes what other apps share (shared-files.ts). A new one waits
 * until no page uses the old one: so a page always has the worker that it began with. PAGE_WORKER=0 removes it.
 */
import { answer, parseMediaRequest } from "./answer";
import { fillPiece } from "./fill-piece";
import type { Address, AddressAnswer, WorkerMessage } from "./messages";
import type { MediaWorkerScope, PageClient, PageFetchEvent } from "./scope";
import { answerShare, isShare } from "./shared-files";
import { answerAsset, answerPage, isAsset, isShellPage, removeOtherShells, storeShellInTime, type Build } from "./shell";
import { ByteCache, type MediaFile } from "./byte-cache";

/** `BUILD` is written in front of this file by scripts/pack.mjs; there is none in development. */
declare const self: MediaWorkerScope & { BUILD?: Build };

/** The page that last requested each file: it is asked for the file's address. */
const askers = new Map<string, string>();

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const cache = new ByteCache((piece, file) =>
  fillPiece(piece, {
    address: (refused) => addressOf(file, refused),
    fetch: (...call) => fetch(...call),
    sleep,
    report: (stuck) => void say({ type: "trouble", file_id: file.file_id, stuck }),
  }),
);

const means = { caches, fetch: (...call: Parameters<typeof fetch>) => fetch(...call) };
const own = self.BUILD ?? null;

self.addEventListener("install", (event) => {
  // In browsers that support routes, uploads and other requests do not even wake this worker.
  const ours = ["/media/*", "/assets/*"].map((pathname) => ({ urlPattern: { pathname } }));
  const others = { condition: { not: { or: [...ours, { requestMode: "navigate" }] } }, source: "network" } as const;
  event.waitUntil(Promise.resolve(event.addRoutes?.([others])?.catch(() => undefined)));
});

// No navigation preload: it would ask twice for the addresses that this worker leaves alone, and a sign-in's works once.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** A page says which script it runs, once it has time: store its build, if it is this worker's. */
self.addEventListener("message", (event) => {
  if (own?.files.some((path) => path === event.data)) event.waitUntil(store(own).catch(() => undefined));
});

async function store(build: Build): Promise<void> {
  await storeShellInTime(build, means, sleep);
  const open = await self.clients.matchAll({ includeUncontrolled: true });
  if (open.length <= 1) await removeOtherShells(build, caches);
}

self.addEventListener("fetch", (event: PageFetchEvent) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  const file = parseMediaRequest(request);
  if (file) {
    askers.set(file.file_id, event.clientId);
    event.respondWith(answer(file, request.headers.get("range"), cache));
  } else if (isShare(request, pathname)) event.respondWith(answerShare(request, caches));
  else if (isShellPage(request, pathname)) event.respondWith(answerPage(() => fetch(request), own, caches));
  else if (isAsset(request, pathname)) event.respondWith(answerAsset(request, means));
});

async function addressOf(file: MediaFile, refused: string | null): Promise<Address | null> {
  const { file_id, rendition, version } = file;
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise<AddressAnswer>((resolve) => {
    port1.addEventListener("message", ({ data }: MessageEvent<AddressAnswer>) => resolve(data), { once: true });
    port1.start();
  });
  const client = await say({ type: "address", file_id, rendition, version, refused }, [port2]);
  if (!client) throw new Error("The page is gone");
  const given = await Promise.race([answered, lateAnswer()]);
  port1.close();
  if (given.url !== null) return given;
  if (given.again === "later") return null;
  cache.forget(file);
  throw new Error("There is no address");
}

/** The page gives up its own question to the service after a minute. */
const ANSWER_MS = 75_000;

/** A page that is frozen or broken says nothing: the bytes are late, and it is asked again. */
function lateAnswer(): Promise<AddressAnswer> {
  return new Promise((resolve) => setTimeout(() => resolve({ url: null, again: "later" }), ANSWER_MS));
}

async function say(message: WorkerMessage, ports: Transferable[] = []): Promise<PageClient | undefined> {
  const client = await self.clients.get(askers.get(message.file_id) ?? "");
  client?.postMessage(message, ports);
  return client;
}
