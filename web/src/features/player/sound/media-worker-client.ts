/** The page's side of the media worker: starts it, and gives it addresses, which only the page may request. */
import { asApiError } from "../../../lib/api-error";
import { inWords } from "../../../lib/problem-words";
import { withTimeout } from "../../../lib/wait";
import { words } from "../../../lib/words";
import { playAddress } from "../api";
import { forgetMedia, renditionAddress } from "./current-media";
import { freshAddress, type StoreAddress } from "./fresh-address";
import type { MediaFile } from "../worker/byte-cache";
import type { AddressAnswer, WorkerMessage } from "../worker/messages";

/** An address must not expire on the request's way to the store. */
const MARGIN_MS = 2000;
/** If the worker takes longer to start, the page plays without it. */
const START_TIMEOUT_MS = 2000;
/** Until then the network is for what the person came to do: storing the page takes three seconds of a line of 1 Mbit/s. */
const STORE_AFTER_MS = 15_000;

/** Called with the reason for late bytes, in words; "" once they arrive again. */
export type OnTrouble = (file_id: string, trouble: string) => void;

type NamedFile = Pick<MediaFile, "file_id" | "rendition" | "version">;

const listeners = new Set<OnTrouble>();
/** By what `keyOf` returns. */
const addresses = new Map<string, StoreAddress>();
/** Likewise: those that the service no longer has. */
const outdated = new Set<string>();
/** Why the service gave no address for a file. */
const refusals = new Map<string, string>();

let ready: Promise<boolean> | null = null;

/** Start the worker once. Resolves to whether it serves files. */
export function mediaWorker(): Promise<boolean> {
  return (ready ??= start());
}

/** Return the worker's address for a file, valid for as long as the page lives. */
export function lastingAddress({ file_id, rendition, version, size_bytes, content_type }: MediaFile): string {
  const query = new URLSearchParams({ size: String(size_bytes), type: content_type, version, ...(rendition !== null && { rendition }) });
  return `/media/${encodeURIComponent(file_id)}?${query.toString()}`;
}

/** Return the store's own address, which expires, for whatever bytes there are now. Rejects with an ApiError. */
export async function storeAddress({ file_id, rendition }: Omit<NamedFile, "version">, signal?: AbortSignal): Promise<StoreAddress> {
  if (rendition !== null) return renditionAddress(file_id, rendition);
  const download = await playAddress(file_id, signal);
  return { ...freshAddress(download, performance.now()), version: download.confirmed_at, etag: download.etag };
}

/** Whether the file has turned out to have other bytes. The worker never serves it then: it would join them to those of before. */
export function isOutdated(file: NamedFile): boolean {
  return outdated.has(keyOf(file));
}

function keyOf({ file_id, rendition, version }: NamedFile): string {
  return `${file_id} ${rendition ?? ""} ${version}`;
}

/** Listen for trouble. Returns a function that stops. */
export function onTrouble(listener: OnTrouble): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function start(): Promise<boolean> {
  // Missing on plain HTTP other than localhost, and in some private windows.
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  if (!container) return false;
  container.addEventListener("message", ({ data, ports }: MessageEvent<WorkerMessage>) => {
    if (data.type === "trouble") notify(data.file_id, data.stuck);
    else void addressFor(data, data.refused).then((answer) => ports[0]?.postMessage(answer));
  });
  container.startMessages();
  const registered = container.register("/media-worker.js").then(() => waitForController(container));
  onceThereIsTime(() => void storePage());
  return withTimeout(registered, START_TIMEOUT_MS, false);
}

/** Have the worker, once it runs, store this build of the page for visits without a network. */
export async function storePage(): Promise<void> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  const registration = await container?.ready;
  registration?.active?.postMessage(ownScript());
}

function onceThereIsTime(act: () => void): void {
  setTimeout(act, STORE_AFTER_MS);
  // The worker lives a little longer than the page that a person leaves.
  document.addEventListener("visibilitychange", () => document.hidden && act());
}

/** Tells the worker which build of the page it is. */
function ownScript(): string | null {
  return document.querySelector("script[type=module][src]")?.getAttribute("src") ?? null;
}

function waitForController(container: ServiceWorkerContainer): Promise<boolean> {
  if (container.controller) return Promise.resolve(true);
  return new Promise((resolve) => {
    container.addEventListener("controllerchange", () => resolve(true), { once: true });
  });
}

function notify(file_id: string, stuck: boolean): void {
  const trouble = stuck ? (refusals.get(file_id) ?? words.player.trouble) : "";
  for (const listener of listeners) listener(file_id, trouble);
}

async function addressFor(file: NamedFile, refused: string | null): Promise<AddressAnswer> {
  const { file_id, version } = file;
  const key = keyOf(file);
  const known = addresses.get(key);
  if (known && known.url !== refused && performance.now() < known.dies_at - MARGIN_MS) return { url: known.url, etag: known.etag };
  try {
    if (refused !== null) forgetMedia(file_id);
    const address = await storeAddress(file);
    refusals.delete(file_id);
    if (address.version !== version) {
      outdated.add(key);
      return { url: null, again: "never" };
    }
    addresses.set(key, address);
    return { url: address.url, etag: address.etag };
  } catch (error) {
    const problem = asApiError(error);
    refusals.set(file_id, inWords(problem).detail);
    return { url: null, again: problem.retryable ? "later" : "never" };
  }
}
