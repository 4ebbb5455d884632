/** What the page uses and jsdom lacks, and the service that answers in tests. */
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { IDBFactory } from "fake-indexeddb";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { announcements } from "../lib/announce";
import { setAccessToken } from "../lib/http";
import { loadAllWords } from "../lib/words";
import { server } from "./server";

globalThis.indexedDB = new IDBFactory();
await loadAllWords();

// A busy machine takes longer; what is there already is still found at once.
configure({ asyncUtilTimeout: 15_000 });

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  cleanup();
  history.replaceState(null, "", "/");
  server.resetHandlers();
  setAccessToken(null);
  globalThis.indexedDB = new IDBFactory();
  localStorage.clear();
  announcements.set({ text: "", shown: false, id: 0 });
});
afterAll(() => server.close());

Object.defineProperty(globalThis, "isSecureContext", { value: true, configurable: true });

// jsdom's Blob can be read through a FileReader only.
Blob.prototype.arrayBuffer = function arrayBuffer() {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      if (reader.result !== null && typeof reader.result !== "string") resolve(reader.result);
    });
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsArrayBuffer(this);
  });
};

Blob.prototype.stream = function stream() {
  return new ReadableStream({
    start: async (pieces) => {
      pieces.enqueue(new Uint8Array(await this.arrayBuffer()));
      pieces.close();
    },
  });
};

HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};

// jsdom implements no media: tests dispatch the events of playing themselves.
HTMLMediaElement.prototype.play = () => Promise.resolve();
HTMLMediaElement.prototype.pause = () => undefined;
HTMLMediaElement.prototype.load = () => undefined;

// It answers for local files as a browser that cannot play them.
const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "src");
Object.defineProperty(HTMLMediaElement.prototype, "src", {
  ...source,
  set(this: HTMLMediaElement, url: string) {
    source?.set?.call(this, url);
    if (url.startsWith("blob:")) queueMicrotask(() => this.dispatchEvent(new Event("error")));
  },
});

globalThis.matchMedia = (query) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

globalThis.ResizeObserver = class implements ResizeObserver {
  observe = vi.fn<ResizeObserver["observe"]>();
  unobserve = vi.fn<ResizeObserver["unobserve"]>();
  disconnect = vi.fn<ResizeObserver["disconnect"]>();
};

globalThis.IntersectionObserver = class implements IntersectionObserver {
  readonly root = null;
  readonly rootMargin = "";
  readonly scrollMargin = "";
  readonly thresholds = [];
  observe = vi.fn<IntersectionObserver["observe"]>();
  unobserve = vi.fn<IntersectionObserver["unobserve"]>();
  disconnect = vi.fn<IntersectionObserver["disconnect"]>();
  takeRecords = () => [];
};
