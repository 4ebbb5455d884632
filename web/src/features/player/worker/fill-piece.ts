/** Fetches a piece from the store, and does not give up while anyone reads it. All its bytes are of one version. */
import type { Address } from "./messages";
import type { Piece } from "./piece";

export interface Sources {
  /** Get a valid address other than `refused`; null if there is none now. Rejects if there will be none. */
  address: (refused: string | null) => Promise<Address | null>;
  fetch: typeof globalThis.fetch;
  sleep: (ms: number) => Promise<void>;
  /** Called whenever the fetch gets stuck or goes on. */
  report: (stuck: boolean) => void;
}

/** A store that refuses this many fresh addresses will refuse all. */
const MOST_REFUSALS = 3;
/** A request without a byte for this long is aborted. */
const STALL_MS = 10_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;

/** Statuses that another address cannot help. */
const FINAL: ReadonlySet<number> = new Set([404, 410, 416]);

export async function fillPiece(piece: Piece, sources: Sources): Promise<void> {
  let refused: string | null = null;
  let [refusals, failures] = [0, 0];
  while (!piece.isWhole) {
    const address: Address | null = await sources.address(refused);
    const outcome = address === null ? "failed" : await tryOnce(piece, address, sources);
    if (outcome === "refused") {
      refused = address?.url ?? null;
      refusals += 1;
      if (refusals >= MOST_REFUSALS) throw new Error("The store refuses every address");
    } else if (outcome === "failed") {
      failures += 1;
      if (!piece.isAwaited) throw new Error("Nobody listens any more");
      sources.report(true);
      await sources.sleep(Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS));
    } else [refusals, failures] = [0, 0];
  }
  sources.report(false);
}

/** Make one request. Bytes that arrive stay in the piece, even if the rest is lost. */
async function tryOnce(piece: Piece, { url, etag }: Address, { fetch }: Sources): Promise<"moved" | "failed" | "refused"> {
  const stall = new Stall();
  const before = piece.arrived;
  try {
    const range = `bytes=${piece.start + before}-${piece.start + piece.size_bytes - 1}`;
    const response = await fetch(url, { headers: { range }, cache: "no-store", credentials: "omit", signal: stall.signal });
    if (FINAL.has(response.status)) throw new Gone(response.status);
    if (isRefusal(response.status)) return "refused";
    if (isOther(response, etag)) {
      stall.abort();
      return "refused";
    }
    const fits = response.status === 206 || (response.status === 200 && piece.start + before === 0);
    if (!fits || !response.body) return "failed";
    await pour(response.body, piece, stall);
  } catch (error) {
    if (error instanceof Gone) throw error;
  } finally {
    stall.end();
  }
  return piece.arrived > before ? "moved" : "failed";
}

const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 429;

/** Whether the store sends other bytes than the address was given for: without versions it has them before anyone is told. */
function isOther({ headers }: Response, etag: string | null): boolean {
  const shown = headers.get("etag");
  return etag !== null && shown !== null && unquoted(shown) !== unquoted(etag);
}

const unquoted = (etag: string): string => etag.replace(/^W\//, "").replaceAll('"', "");

async function pour(body: ReadableStream<Uint8Array<ArrayBuffer>>, piece: Piece, stall: Stall): Promise<void> {
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    stall.postpone();
    piece.append(next.value);
    if (piece.isWhole) return reader.cancel();
  }
}

class Gone extends Error {
  constructor(status: number) {
    super(`The store answered ${status}`);
  }
}

/** Aborts a request, at the latest when no byte arrives. */
class Stall {
  readonly #stop = new AbortController();
  #timer = this.#start();

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  postpone(): void {
    this.end();
    this.#timer = this.#start();
  }

  abort(): void {
    this.#stop.abort();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start() {
    return setTimeout(() => this.abort(), STALL_MS);
  }
}
