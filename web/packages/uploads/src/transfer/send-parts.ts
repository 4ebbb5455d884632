/** Sends the parts that the store lacks: several at once, each retried until it is stored. */
import type { SignedPartsResponse, RequestedParts } from "../api/types.js";
import { missingParts, sizeOf, storedBytes, type Part, type PartPlan } from "./part-plan.js";
import { LONG_TRIES, RetryPolicy, withRetries, type RetryPorts } from "./retry-policy.js";
import type { PutOptions, SignedRequest } from "./put-options.js";
import { SignedParts, type SignedPart, type SignPorts } from "./signed-parts.js";
import { StoreError } from "./store-error.js";

export interface PartsPorts extends RetryPorts, SignPorts {
  signParts(upload_id: string, requested: RequestedParts, signal: AbortSignal): Promise<SignedPartsResponse>;
  put(request: SignedRequest, piece: Blob, options: Omit<PutOptions, "stallAfterMs">): Promise<void>;
  /** Run when fewer than the allowed requests are in progress. */
  runInPool<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface PartsJob {
  upload_id: string;
  file: Blob;
  plan: PartPlan;
}

export interface PartsListener {
  onStage(stage: "sending"): void;
  /** The transfer waits because of `cause`; null: because the browser is offline. */
  onWaiting(cause: Error | null): void;
  /** Bytes of the whole file that are stored or in transit. */
  onSent(bytes: number): void;
}

/** Parts of one file in transit at once. */
const LANES = 4;
/** Fresh URLs requested in one try before a rejection by the store counts as final. */
const MAX_RENEWALS = 2;

/**
 * Resolves when the store has every part.
 * Rejects with StoreError ("gone" if the store has dropped the upload), ApiError, or AbortError. After a pause the parts
 * in transit finish, and no other starts.
 */
export function sendParts(
  job: PartsJob,
  ports: PartsPorts,
  listener: PartsListener,
  signal: AbortSignal,
  pause: AbortSignal,
): Promise<void> {
  return new PartsTransfer(job, ports, listener, signal, pause).run();
}

class PartsTransfer {
  readonly #job: PartsJob;
  readonly #ports: PartsPorts;
  readonly #listener: PartsListener;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #pause: AbortSignal;
  /** Cancels what can be stopped without loss. */
  readonly #idle: AbortSignal;
  readonly #missing: Part[];
  readonly #supply: SignedParts;
  readonly #inTransit = new Map<Part, number>();
  #stored: number;
  #waiting = false;

  constructor(job: PartsJob, ports: PartsPorts, listener: PartsListener, signal: AbortSignal, pause: AbortSignal) {
    const { file, plan } = job;
    this.#job = job;
    this.#ports = ports;
    this.#listener = listener;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#pause = pause;
    this.#idle = AbortSignal.any([this.#signal, pause]);
    this.#missing = missingParts(file.size, plan);
    this.#stored = storedBytes(file.size, plan);
    this.#supply = new SignedParts(this.#missing, {
      file,
      bindsDigests: plan.part_checksum_algorithm !== null,
      sign: (requested) => this.#sign(requested),
      ports,
      signal: this.#idle,
    });
  }

  async run(): Promise<void> {
    this.#listener.onStage("sending");
    this.#notify();
    const lanes = Array.from({ length: Math.min(LANES, this.#missing.length) }, () => this.#lane());
    try {
      await Promise.all(lanes);
    } finally {
      // A failure stops the other lanes; a pause lets them finish. None may still be sending when the next step begins.
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
        return await this.#ports.runInPool(async () => {
          if (!this.#supply.isValid(signed)) signed = await this.#supply.renew(signed);
          await this.#put(signed);
        }, this.#idle);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (error.kind === "expired" && renewals < MAX_RENEWALS) {
          renewals += 1;
          signed = await this.#supply.renew(signed);
        } else if (WORTH_WAITING.has(error.kind) && error.status !== TOO_LARGE) {
          // If one part was stored, no size limit blocks the others.
          await retries.wait(error.kind === "blocked" && this.#stored > 0 ? new StoreError("network") : error);
        } else {
          throw error;
        }
      }
    }
  }

  async #put({ part, request }: SignedPart): Promise<void> {
    const onSent = (bytes: number) => {
      if (bytes > 0) this.#showSending();
      this.#inTransit.set(part, bytes);
      this.#notify();
    };
    try {
      await this.#ports.put(request, this.#job.file.slice(part.start, part.end), { signal: this.#signal, onSent });
      this.#stored += sizeOf(part);
    } finally {
      this.#inTransit.delete(part);
      this.#notify();
    }
  }

  #sign(requested: RequestedParts): Promise<SignedPartsResponse> {
    const call = () => this.#ports.signParts(this.#job.upload_id, requested, this.#idle);
    return withRetries(call, this.#retries());
  }

  #retries(): RetryPolicy {
    return new RetryPolicy(this.#ports, this.#idle, LONG_TRIES, (cause) => {
      this.#waiting = true;
      this.#listener.onWaiting(cause);
    });
  }

  #showSending(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#listener.onStage("sending");
  }

  #notify(): void {
    const moving = [...this.#inTransit.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#listener.onSent(this.#stored + moving);
  }
}

const WORTH_WAITING: ReadonlySet<StoreError["kind"]> = new Set(["network", "stalled", "busy", "no_answer", "blocked"]);
const TOO_LARGE = 413;
