import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fillPiece, type Sources } from "./fill-piece";
import { Piece } from "./piece";

const whole = Uint8Array.from({ length: 1000 }, (_, n) => n % 251);
const bytes = (start: number, end: number) => Array.from(whole.slice(start, end));
const never = new AbortController().signal;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = (url: string, etag: string | null = null) => ({ url, etag });

/** A store that first makes each `trouble` in turn, then serves ranges of `whole`. */
function aStore(trouble: Array<() => Response | Promise<Response>> = []) {
  const asked: string[] = [];
  const fetch: Sources["fetch"] = (url, init) => {
    const range = new Headers(init?.headers).get("range") ?? "";
    asked.push(`${url instanceof Request ? url.url : url.toString()} ${range}`);
    const [, start = "0", end = "0"] = /bytes=(\d+)-(\d+)/.exec(range) ?? [];
    const next = trouble.shift();
    if (next) return Promise.race([next(), aborted(init?.signal ?? never)]);
    return Promise.resolve(new Response(whole.slice(Number(start), Number(end) + 1), { status: 206 }));
  };
  return { asked, fetch };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
}

const down = () => Promise.reject(new TypeError("no network"));
const busy = () => new Response(null, { status: 503 });
const no = () => new Response(null, { status: 403 });
const all = () => Promise.resolve(new Response(whole));

/** Ten bytes, then the connection breaks. */
const cut = () => {
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) controller.error(new TypeError("network error"));
      else controller.enqueue(whole.slice(100, 110));
      sent = true;
    },
  });
  return new Response(body, { status: 206 });
};

function filling(given: Partial<Sources> = {}) {
  const piece = new Piece("p", 100, 50);
  const reports: boolean[] = [];
  let given_out = 0;
  const sources: Sources = {
    address: () => Promise.resolve(at(`store/${(given_out += 1)}`)),
    fetch: aStore().fetch,
    sleep: () => Promise.resolve(),
    report: (stuck) => void reports.push(stuck),
    ...given,
  };
  return { piece, reports, done: fillPiece(piece, sources) };
}

async function read(piece: Piece): Promise<number[]> {
  const out: number[] = [];
  for await (const part of piece.read(0, never)) out.push(...part);
  return out;
}

test("the piece is its range of the file", async () => {
  const { asked, fetch } = aStore();
  const { piece, done } = filling({ fetch });

  await done;

  expect(asked).toEqual(["store/1 bytes=100-149"]);
  expect(await read(piece)).toEqual(bytes(100, 150));
});

test("after a cut only the rest is fetched, from a fresh address", async () => {
  const { asked, fetch } = aStore([cut]);
  const { piece, done } = filling({ fetch });

  await done;

  expect(asked).toEqual(["store/1 bytes=100-149", "store/2 bytes=110-149"]);
  expect(await read(piece)).toEqual(bytes(100, 150));
});

test("a refused address is named, so that another one comes", async () => {
  const refused: Array<string | null> = [];
  const { fetch } = aStore([() => new Response(null, { status: 403 })]);
  const address: Sources["address"] = (last) => {
    refused.push(last);
    return Promise.resolve(at(`store/${refused.length}`));
  };

  await filling({ fetch, address }).done;

  expect(refused).toEqual([null, "store/1"]);
});

test("a store that refuses three fresh addresses is believed", async () => {
  const { asked, fetch } = aStore([no, no, no, no]);

  await expect(filling({ fetch }).done).rejects.toThrow("refuses");
  expect(asked).toHaveLength(3);
});

/** Other bytes than those of the piece, in full. */
const others = (etag: string) => () => new Response(new Uint8Array(50).fill(255), { status: 206, headers: { etag } });

test("other bytes than those that the address is for are not taken", async () => {
  const { asked, fetch } = aStore([cut, others('"new"')]);
  const addresses = [at("store/1", "old"), at("store/2", "old"), at("store/3", "old")];
  const { piece, done } = filling({ fetch, address: () => Promise.resolve(addresses.shift() ?? null) });

  await done;

  expect(asked).toEqual(["store/1 bytes=100-149", "store/2 bytes=110-149", "store/3 bytes=110-149"]);
  expect(await read(piece)).toEqual(bytes(100, 150));
});

test("of a store that has other bytes, at whatever address, none are taken", async () => {
  const { asked, fetch } = aStore([others('"new"'), others('"new"'), others('"new"')]);
  const { piece, done } = filling({ fetch, address: () => Promise.resolve(at("u", "old")) });

  await expect(done).rejects.toThrow("refuses");
  expect(asked).toHaveLength(3);
  expect(piece.arrived).toBe(0);
});

test.each([
  ["quoted", '"e-2"', "e-2"],
  ["weak, behind a proxy", 'W/"e-2"', "e-2"],
  ["of a moved file", '"e"', null],
])("the bytes are taken if their ETag is right: %s", async (_, shown, etag) => {
  const { fetch } = aStore([others(shown)]);
  const { piece, done } = filling({ fetch, address: () => Promise.resolve(at("u", etag)) });

  await done;

  expect(await read(piece)).toEqual(Array.from({ length: 50 }, () => 255));
});

test("a file that is gone is not asked for again", async () => {
  const { asked, fetch } = aStore([() => new Response(null, { status: 404 })]);

  await expect(filling({ fetch }).done).rejects.toThrow("404");
  expect(asked).toHaveLength(1);
});

test("while somebody listens it is tried for as long as it takes, and said", async () => {
  const { fetch } = aStore([down, busy, down, busy, down, busy, down]);
  const waits: number[] = [];
  const { piece, reports, done } = filling({ fetch, sleep: (ms) => Promise.resolve(void waits.push(ms)) });
  const heard = read(piece);

  await done;

  expect(await heard).toEqual(bytes(100, 150));
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
  expect(reports).toEqual([true, true, true, true, true, true, true, false]);
});

test("no address for now is waited for, too", async () => {
  const answers = [null, null, at("store/9")];
  const { piece, reports, done } = filling({ address: () => Promise.resolve(answers.shift() ?? null) });
  const heard = read(piece);

  await done;

  expect(await heard).toHaveLength(50);
  expect(reports).toEqual([true, true, false]);
});

test("when nobody listens any more, a cut is the end of it", async () => {
  const { fetch } = aStore([() => Promise.reject(new TypeError("no network"))]);
  const { reports, done } = filling({ fetch });

  await expect(done).rejects.toThrow("Nobody listens");
  expect(reports).toEqual([]);
});

test("a socket in which nothing moves is given up", async () => {
  const { asked, fetch } = aStore([() => new Promise(() => undefined)]);
  const { piece, done } = filling({ fetch });
  const heard = read(piece);

  await vi.advanceTimersByTimeAsync(10_000);
  await done;

  expect(asked).toHaveLength(2);
  expect(await heard).toHaveLength(50);
});

test("a store that knows no ranges is used as far as it goes", async () => {
  const piece = new Piece("p", 0, 50);

  await fillPiece(piece, { address: () => Promise.resolve(at("u")), fetch: all, sleep: () => Promise.resolve(), report: () => undefined });

  expect(await read(piece)).toEqual(bytes(0, 50));
});

test("who stops listening is let go at once", async () => {
  const piece = new Piece("p", 0, 50);
  const stop = new AbortController();
  const next = piece.read(0, stop.signal).next();
  expect(piece.isAwaited).toBe(true);

  stop.abort();

  await expect(next).rejects.toThrow("Nobody listens");
  expect(piece.isAwaited).toBe(false);
});
