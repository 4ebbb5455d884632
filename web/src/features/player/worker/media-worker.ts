/**
 * Serves the page's songs and films under addresses that never expire: /media/{file_id}.
 *
 * A service worker between the media element and the store. It asks the page for a fresh address whenever
 * the last one is about to expire, and fetches the file piece by piece. An expired address, a lost connection and a
 * restarted store only make the bytes late; the element does not notice.
 */
import { answer, parseMediaRequest } from "./answer";
import { fillPiece } from "./fill-piece";
import type { AddressAnswer, WorkerMessage } from "./messages";
import type { MediaFetchEvent, MediaWorkerScope, PageClient } from "./scope";
import { ByteCache } from "./byte-cache";

declare const self: MediaWorkerScope;

/** The page that last requested each file: it is asked for the file's address. */
const askers = new Map<string, string>();

const cache = new ByteCache((piece, { file_id, rendition }) =>
  fillPiece(piece, {
    address: (refused) => addressOf(file_id, rendition, refused),
    fetch: (...call) => fetch(...call),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    report: (stuck) => void say({ type: "trouble", file_id, stuck }),
  }),
);

self.addEventListener("install", (event) => {
  // In browsers that support routes, uploads and other requests do not even wake this worker.
  const others = { condition: { not: { urlPattern: { pathname: "/media/*" } } }, source: "network" } as const;
  event.waitUntil(Promise.all([event.addRoutes?.([others])?.catch(() => undefined), self.skipWaiting()]));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event: MediaFetchEvent) => {
  const file = parseMediaRequest(event.request);
  if (!file) return;
  askers.set(file.file_id, event.clientId);
  event.respondWith(answer(file, event.request.headers.get("range"), cache));
});

async function addressOf(file_id: string, rendition: string | null, refused: string | null): Promise<string | null> {
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise<AddressAnswer>((resolve) => {
    port1.addEventListener("message", ({ data }: MessageEvent<AddressAnswer>) => resolve(data), { once: true });
    port1.start();
  });
  const client = await say({ type: "address", file_id, rendition, refused }, [port2]);
  if (!client) throw new Error("The page is gone");
  const given = await answered;
  port1.close();
  if (given.url === null && given.again === "never") throw new Error("There is no address");
  return given.url;
}

async function say(message: WorkerMessage, ports: Transferable[] = []): Promise<PageClient | undefined> {
  const client = await self.clients.get(askers.get(message.file_id) ?? "");
  client?.postMessage(message, ports);
  return client;
}
