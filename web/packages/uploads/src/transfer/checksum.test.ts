import { afterEach, describe, expect, test, vi } from "vitest";
import { checksum } from "./checksum.js";

const never = new AbortController().signal;

/** From RFC 3720, B.4, and of no bytes at all. */
test.each([
  ["32 bytes of zeros", new Uint8Array(32), "ipE2qg=="],
  ["32 bytes of ones", new Uint8Array(32).fill(0xff), "YqirQw=="],
  ["32 bytes that count up", Uint8Array.from({ length: 32 }, (_, index) => index), "Rt15Tg=="],
  ["nothing", new Uint8Array(0), "AAAAAA=="],
])("%s: the CRC-32C is the known one", async (_, bytes, known) => {
  expect(await checksum(new Blob([bytes]), never)).toBe(known);
});

test("a file that vanished from the disk is named as unreadable", async () => {
  const gone = new Blob([]);
  gone.stream = () => new ReadableStream({ start: (stream) => stream.error(new DOMException("gone", "NotFoundError")) });

  await expect(checksum(gone, never)).rejects.toMatchObject({ kind: "unreadable" });
});

test("a cancelled upload gets no checksum", async () => {
  await expect(checksum(new Blob([]), AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
});

test("what is cancelled while a file is read is read no further", async () => {
  const cancel = new AbortController();
  const pulled: number[] = [];
  const endless = new Blob([]);
  endless.stream = () =>
    new ReadableStream({
      pull(stream) {
        stream.enqueue(new Uint8Array(1));
        if (pulled.push(1) === 3) cancel.abort();
      },
    });

  await expect(checksum(endless, cancel.signal)).rejects.toMatchObject({ name: "AbortError" });

  expect(pulled.length).toBeLessThan(10);
});

/** One that says at once that it is there, or not, and never answers. */
const silentWorker = (starts: boolean) =>
  class extends EventTarget {
    constructor() {
      super();
      if (starts) queueMicrotask(() => this.dispatchEvent(new Event("message")));
    }
    postMessage = () => undefined;
  };

describe("a worker", () => {
  afterEach(() => vi.useRealTimers());

  test("is started ahead, and once", async () => {
    const started = vi.fn<() => void>();
    const Silent = silentWorker(true);
    vi.stubGlobal("Worker", class extends Silent {
      constructor() {
        super();
        started();
      }
    });
    vi.resetModules();
    const { prepareChecksums } = await import("./checksum.js");

    prepareChecksums();
    prepareChecksums();

    expect(started).toHaveBeenCalledOnce();
  });

  test.each([
    ["never starts", false],
    ["starts, and never answers", true],
  ])("that %s is done without", async (_, starts) => {
    vi.stubGlobal("Worker", silentWorker(starts));
    vi.resetModules();
    const renewTransfer = await import("./checksum.js");
    vi.useFakeTimers();

    const summed = renewTransfer.checksum(new Blob([new Uint8Array(32)]), never);
    await vi.advanceTimersByTimeAsync(20_000);
    vi.useRealTimers();

    await expect(summed).resolves.toBe("ipE2qg==");
  });
});
