/** Sends the parts that the store lacks: several at once, each tried again until it is there. */
import type { SignedPartsResponse, RequestedParts } from "../api/types.js";
import { missingParts, sizeOf, storedBytes, type Part, type PartPlan } from "./part-plan.js";
import { LONG_TRIES, RetryPolicy, withRetries, type RetryPorts } from "./retry-policy.js";
import type { PutOptions, SignedRequest } from "./put-file.js";
import { SignedParts, type SignedPart, type SignPorts } from "./signed-parts.js";
import { StoreError } from "./store-error.js";

export interface PartsPorts extends RetryPorts, SignPorts {
  signParts(upload_id: string, wanted: RequestedParts, signal: AbortSignal): Promise<SignedPartsResponse>;
  put(request: SignedRequest, piece: Blob, options: Omit<PutOptions, "stallAfterMs">): Promise<void>;
  /** Run when the line to the store has room. */
  inTurn<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface PartsJob {
  upload_id: string;
  file: Blob;
  plan: PartPlan;
}

export interface PartsListener {
  onStage(stage: "sending"): void;
  /** It waits for what failed to work again; null: for the browser to be online. */
  onWaiting(cause: Error | null): void;
  /** Bytes of the whole file that are stored or on the wire. */
  onSent(bytes: number): void;
}

/** Parts of one file on the wire at once. */
const LANES = 4;
/** Fresh addresses asked for in one try, before the store's "no" is believed. */
const MAX_RENEWALS = 2;

/**
 * Resolve when the store took every part.
 * Rejects with StoreError ("gone" where the store has dropped the upload), ApiError, or AbortError. A pause lets the
 * parts on the wire run to their end, and begins no other.
 */
export function sendParts(
  job: PartsJob,
  ports: PartsPorts,
  watch: PartsListener,
  signal: AbortSignal,
  pause: AbortSignal,
): Promise<void> {
  return new PartsTransfer(job, ports, watch, signal, pause).run();
}

class PartsTransfer {
  readonly #job: PartsJob;
  readonly #ports: PartsPorts;
  readonly #watch: PartsListener;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #pause: AbortSignal;
  /** Cancels what can be stopped without loss. */
  readonly #idle: AbortSignal;
  readonly #missing: Part[];
  readonly #supply: SignedParts;
  readonly #onTheWire = new Map<Part, number>();
  #stored: number;
  #waiting = false;

  constructor(job: PartsJob, ports: PartsPorts, watch: PartsListener, signal: AbortSignal, pause: AbortSignal) {
    const { file, plan } = job;
    this.#job = job;
    this.#ports = ports;
    this.#watch = watch;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#pause = pause;
    this.#idle = AbortSignal.any([this.#signal, pause]);
    this.#missing = missingParts(file.size, plan);
    this.#stored = storedBytes(file.size, plan);
    this.#supply = new SignedParts(this.#missing, {
      file,
      digested: plan.part_checksum_algorithm !== null,
      sign: (wanted) => this.#sign(wanted),
      ports,
      signal: this.#idle,
    });
  }

  async run(): Promise<void> {
    this.#watch.onStage("sending");
    this.#tell();
    const lanes = Array.from({ length: Math.min(LANES, this.#missing.length) }, () => this.#lane());
    try {
      await Promise.all(lanes);
    } finally {
      // One that failed takes the others with it, one that was paused lets them end. None may still be sending when the
      // next step begins.
      if (!this.#pause.aborted) this.#stop.abort();
      await Promise.allSettled(lanes);
    }
  }

  async #lane(): Promise<void> {
    for (let signed = await this.#supply.next(); signed; signed = await this.#supply.next()) {
      await this.#send(signed);
    }
  }

  async #send(first: SignedPart): Promise<void> {
    const retries = this.#retries();
    let signed = first;
    for (let renewals = 0; ; ) {
      try {
        return await this.#ports.inTurn(async () => {
          if (!this.#supply.isGood(signed)) signed = await this.#supply.renewed(signed);
          await this.#put(signed);
        }, this.#idle);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (error.kind === "expired" && renewals < MAX_RENEWALS) {
          renewals += 1;
          signed = await this.#supply.renewed(signed);
        } else if (MENDED_BY_WAITING.has(error.kind) && error.status !== TOO_LARGE) {
          // Where one part came through, no limit is in the way of the others.
          await retries.wait(error.kind === "blocked" && this.#stored > 0 ? new StoreError("network") : error);
        } else {
          throw error;
        }
      }
    }
  }

  async #put({ part, request }: SignedPart): Promise<void> {
    const onSent = (bytes: number) => {
      if (bytes > 0) this.#moves();
      this.#onTheWire.set(part, bytes);
      this.#tell();
    };
    try {
      await this.#ports.put(request, this.#job.file.slice(part.start, part.end), { signal: this.#signal, onSent });
      this.#stored += sizeOf(part);
    } finally {
      this.#onTheWire.delete(part);
      this.#tell();
    }
  }

  #sign(wanted: RequestedParts): Promise<SignedPartsResponse> {
    const call = () => this.#ports.signParts(this.#job.upload_id, wanted, this.#idle);
    return withRetries(call, this.#retries());
  }

  #retries(): RetryPolicy {
    return new RetryPolicy(this.#ports, this.#idle, LONG_TRIES, (cause) => {
      this.#waiting = true;
      this.#watch.onWaiting(cause);
    });
  }

  #moves(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#watch.onStage("sending");
  }

  #tell(): void {
    const moving = [...this.#onTheWire.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#watch.onSent(this.#stored + moving);
  }
}

const MENDED_BY_WAITING: ReadonlySet<StoreError["kind"]> = new Set(["network", "stalled", "busy", "no_answer", "blocked"]);
const TOO_LARGE = 413;
