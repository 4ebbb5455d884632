/** Addresses for parts, asked for a few at a time and just before they are used: they expire. */
import type { DigestedPart, PartTransfer, SignedPartsResponse, RequestedParts } from "../api/types.js";
import type { Part } from "./part-plan.js";

export interface SignedPart {
  part: Part;
  request: PartTransfer;
  /** On the page's own steady clock, in ms: no clock that is set wrong can spoil it. */
  good_until: number;
}

export interface SignPorts {
  /** The CRC-32C of a piece of the file, in base64. */
  digest(piece: Blob, signal: AbortSignal): Promise<string>;
  /** Milliseconds on a clock that is never set. */
  now(): number;
}

export interface SignJob {
  file: Blob;
  /** Whether every address is bound to its part's CRC. */
  digested: boolean;
  /** Ask the service for addresses. */
  sign(wanted: RequestedParts): Promise<SignedPartsResponse>;
  ports: SignPorts;
  signal: AbortSignal;
}

/** Parts in one question. The next are hashed and asked for while these are sent; the first goes alone, and at once. */
const BATCH = 4;
/** An address is not used in its last moments. */
const MARGIN_MS = 2000;

export class SignedParts {
  readonly #parts: readonly Part[];
  readonly #job: SignJob;
  readonly #batches: Array<Promise<SignedPart[]>> = [];
  /** Kept, so that a part that is tried again is not read again. */
  readonly #digests = new Map<number, Promise<string>>();
  #taken = 0;

  constructor(parts: readonly Part[], job: SignJob) {
    this.#parts = parts;
    this.#job = job;
  }

  /** The next part with an address; null when all are taken. */
  async next(): Promise<SignedPart | null> {
    const index = this.#taken;
    if (index >= this.#parts.length) return null;
    this.#taken += 1;
    const number = Math.ceil(index / BATCH);
    const batch = this.#batch(number);
    void this.#batch(number + 1).catch(() => undefined);
    return (await batch)[index - firstOf(number)] ?? null;
  }

  /** The same part with an address that is good now. */
  async renewed(signed: SignedPart): Promise<SignedPart> {
    const [again] = await this.#sign([signed.part]);
    return again ?? signed;
  }

  isGood({ good_until }: SignedPart): boolean {
    return this.#job.ports.now() + MARGIN_MS < good_until;
  }

  /** Batch after batch, so that the first parts do not wait for the hashes of later ones. */
  #batch(number: number): Promise<SignedPart[]> {
    const before = number > 0 ? this.#batches[number - 1] : undefined;
    const parts = this.#parts.slice(firstOf(number), firstOf(number + 1));
    return (this.#batches[number] ??= Promise.resolve(before).then(() => this.#sign(parts)));
  }

  async #sign(parts: Part[]): Promise<SignedPart[]> {
    if (parts.length === 0) return [];
    const wanted = await this.#wish(parts);
    const asked_at = this.#job.ports.now();
    const { transfer, server_time } = await this.#job.sign(wanted);
    const requests = new Map(transfer.parts.map((request) => [request.part_number, request]));
    return parts.flatMap((part) => {
      const request = requests.get(part.part_number);
      if (!request) return [];
      return { part, request, good_until: asked_at + Date.parse(request.expires_at) - Date.parse(server_time) };
    });
  }

  async #wish(parts: Part[]): Promise<RequestedParts> {
    if (!this.#job.digested) return { part_numbers: parts.map(({ part_number }) => part_number), parts: null };
    return { parts: await Promise.all(parts.map((part) => this.#digestOf(part))), part_numbers: null };
  }

  async #digestOf({ part_number, start, end }: Part): Promise<DigestedPart> {
    const { file, ports, signal } = this.#job;
    let digest = this.#digests.get(part_number);
    if (!digest) {
      digest = ports.digest(file.slice(start, end), signal);
      this.#digests.set(part_number, digest);
    }
    return { part_number, checksum_base64: await digest };
  }
}

/** The index of the first part of a batch. */
function firstOf(batch: number): number {
  return batch === 0 ? 0 : 1 + (batch - 1) * BATCH;
}
