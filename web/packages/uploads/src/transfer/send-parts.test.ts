import { describe, expect, test } from "vitest";
import type { SignedPartsResponse, RequestedParts } from "../api/types.js";
import type { PartPlan } from "./part-plan.js";
import { sendParts, type PartsPorts } from "./send-parts.js";
import { StoreError } from "./store-error.js";

const PLAN: PartPlan = { part_size_bytes: 100, part_count: 10, part_checksum_algorithm: "crc32c", stored_parts: [] };
/** Ten parts: nine of 100 bytes and one of 50, each of its own letter. */
const FILE = new Blob(Array.from({ length: 10 }, (_, index) => "abcdefghij".charAt(index).repeat(index < 9 ? 100 : 50)));
const LIFETIME_MS = 60_000;

interface Script {
  plan?: Partial<PartPlan>;
  /** What each PUT of a part answers in turn; then it is stored. */
  puts?: Record<number, Error[]>;
  online?: boolean;
  /** How long every PUT takes on the page's clock. */
  takes_ms?: number;
  /** It is paused as soon as the first bytes are on the wire. */
  pauses?: boolean;
}

/** A store and a service of ten parts, and a log of what was asked of them. */
function aRun({ plan, puts = {}, online = true, takes_ms = 0, pauses = false }: Script = {}) {
  const [asked, waits, stages]: [RequestedParts[], number[], string[]] = [[], [], []];
  const stored = new Map<number, string>();
  const progress: number[] = [];
  const used: string[] = [];
  let [clock, moving, most] = [0, 0, 0];
  let addresses = 0;

  const sign = (part_number: number) => {
    addresses += 1;
    const url = `${part_number}#${addresses}`;
    const expires_at = new Date(LIFETIME_MS).toISOString();
    return { part_number, size_bytes: 100, method: "PUT" as const, url, headers: {}, expires_at };
  };
  const ports: PartsPorts = {
    digest: async (piece) => `crc of ${(await text(piece)).charAt(0)}`,
    now: () => clock,
    signParts: (_, requested): Promise<SignedPartsResponse> => {
      asked.push(requested);
      const numbers = requested.parts?.map((part) => part.part_number) ?? requested.part_numbers ?? [];
      const { part_size_bytes, part_count, part_checksum_algorithm } = PLAN;
      const rest = { kind: "multipart" as const, part_size_bytes, part_count, part_checksum_algorithm, expires_at: "" };
      const server_time = new Date(0).toISOString();
      return Promise.resolve({ server_time, transfer: { ...rest, parts: numbers.map(sign) } });
    },
    put: async ({ url }, piece, { onSent, signal }) => {
      const number = Number(url.split("#")[0]);
      used.push(url);
      moving += 1;
      most = Math.max(most, moving);
      onSent(piece.size / 2);
      const content = await text(piece);
      moving -= 1;
      signal.throwIfAborted();
      clock += takes_ms;
      const error = puts[number]?.shift();
      if (error) throw error;
      stored.set(number, content);
    },
    runInPool: async (task, signal) => {
      signal.throwIfAborted();
      return task();
    },
    isOnline: () => online,
    untilOnline: () => {
      online = true;
      return Promise.resolve();
    },
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
  const listener = {
    onStage: (stage: string) => void stages.push(stage),
    onWaiting: () => void stages.push("waiting"),
    onSent(bytes: number) {
      progress.push(bytes);
      if (pauses && bytes > 0) pause.abort();
    },
  };
  const pause = new AbortController();
  const run = (signal = new AbortController().signal) =>
    sendParts({ upload_id: "u1", file: FILE, plan: { ...PLAN, ...plan } }, ports, listener, signal, pause.signal);
  return { run, asked, waits, stages, stored, progress, used, most: () => most };
}

/** jsdom's Blob has no text(). */
async function text(piece: Blob): Promise<string> {
  return new TextDecoder().decode(await piece.arrayBuffer());
}

const part = (part_number: number, size_bytes = 100) => ({ part_number, size_bytes, etag: "e" });
const numbersOf = (asked: RequestedParts[]) => asked.map(({ parts }) => parts?.map((one) => one.part_number));

test("every part arrives, four at a time, each bound to its digest", async () => {
  const { run, stored, asked, most, progress } = aRun();

  await run();

  const inOrder = [...stored].toSorted(([one], [other]) => one - other).map(([, content]) => content);
  expect(inOrder.join("")).toBe(await text(FILE));
  expect(most()).toBe(4);
  expect(asked[1]?.parts?.[0]).toEqual({ part_number: 2, checksum_base64: "crc of b" });
  expect(progress.at(-1)).toBe(FILE.size);
});

test("addresses are asked for a few at a time, never all at once", async () => {
  const { run, asked } = aRun();

  await run();

  expect(numbersOf(asked)).toEqual([[1], [2, 3, 4, 5], [6, 7, 8, 9], [10]]);
});

test("only what the store lacks is sent; a part of another size is sent again", async () => {
  const { run, stored, progress } = aRun({ plan: { stored_parts: [part(1), part(2), part(3, 99), part(10, 50)] } });

  await run();

  expect([...stored.keys()].toSorted((one, other) => one - other)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  expect(progress[0]).toBe(250);
});

test("an upload that wants no digests gets its addresses by number", async () => {
  const { run, asked } = aRun({ plan: { part_checksum_algorithm: null } });

  await run();

  expect(asked[1]).toEqual({ part_numbers: [2, 3, 4, 5], parts: null });
});

describe("a part that fails", () => {
  test.each(["network", "stalled", "busy"] as const)("%s: it is tried again later, the others go on", async (kind) => {
    const { run, stored, waits } = aRun({ puts: { 2: [new StoreError(kind), new StoreError(kind)] } });

    await run();

    expect(stored.size).toBe(10);
    expect(waits).toEqual([500, 1000]);
  });

  test("refused for its age: it goes to a fresh address, with the digest it had", async () => {
    const { run, asked, used } = aRun({ puts: { 2: [new StoreError("expired", 403)] } });

    await run();

    expect(asked).toContainEqual({ parts: [{ part_number: 2, checksum_base64: "crc of b" }], part_numbers: null });
    expect(used.filter((url) => url.startsWith("2#"))).toHaveLength(2);
  });

  test("refused at three addresses: the store is believed", async () => {
    const { run } = aRun({ puts: { 2: [1, 2, 3].map(() => new StoreError("expired", 403)) } });

    await expect(run()).rejects.toMatchObject({ kind: "expired" });
  });

  test("refused for good: nothing more is sent", async () => {
    const { run, used } = aRun({ puts: { 1: [new StoreError("refused", 400)] } });

    await expect(run()).rejects.toMatchObject({ kind: "refused" });
    const sent = used.length;
    await Promise.resolve();

    expect(used).toHaveLength(sent);
    expect(sent).toBeLessThan(10);
  });

  test("offline: it waits for the network, says so, and then goes on", async () => {
    const { run, stages, stored, waits } = aRun({ puts: { 3: [new StoreError("network")] }, online: false });

    await run();

    expect(stored.size).toBe(10);
    expect(waits).toEqual([]);
    expect(stages).toEqual(["sending", "waiting", "sending"]);
  });

  test("an outage of minutes is sat out, and told", async () => {
    const outage = Array.from({ length: 40 }, () => new StoreError("network"));
    const { run, stored, stages, waits } = aRun({ puts: { 1: outage } });

    await run();

    expect(stored.size).toBe(10);
    expect(Math.max(...waits)).toBe(8000);
    expect(stages).toContain("waiting");
  });
});

test("an address that grew old in line is not even tried", async () => {
  const { run, used, stored } = aRun({ takes_ms: LIFETIME_MS });

  await run();

  // The fifth part's first address was asked for before the first part was sent.
  expect(stored.size).toBe(10);
  expect(used.filter((url) => url.startsWith("5#"))).not.toContain("5#5");
});

test("cancelling stops all that moves", async () => {
  const stop = new AbortController();
  const { run, stored } = aRun();
  const running = run(stop.signal);

  stop.abort();

  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  expect(stored.size).toBe(0);
});

test("a pause lets the part on the wire arrive, and begins no other", async () => {
  const { run, stored, progress } = aRun({ pauses: true });

  await expect(run()).rejects.toMatchObject({ name: "AbortError" });

  expect([...stored.keys()]).toEqual([1]);
  expect(progress.at(-1)).toBe(100);
});
