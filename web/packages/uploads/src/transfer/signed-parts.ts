/** Presigned URLs for parts, requested a few at a time and just before use, because they expire. */
import type { DigestedPart, PartTransfer, SignedPartsResponse, RequestedParts } from "../api/types.js";
import type { Part } from "./part-plan.js";

export interface SignedPart {
  part: Part;
  request: PartTransfer;
  /** In milliseconds of the page's monotonic clock, so that a wrong system clock does not matter. */
  valid_until: number;
}

export interface SignPorts {
  /** The CRC-32C of a piece of the file, in base64. */
  digest(piece: Blob, signal: AbortSignal): Promise<string>;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

export interface SignJob {
  file: Blob;
  /** Whether every URL is bound to its part's CRC. */
  bindsDigests: boolean;
  /** Request URLs from the service. */
  sign(requested: RequestedParts): Promise<SignedPartsResponse>;
  ports: SignPorts;
  signal: AbortSignal;
}

/** Parts in one request. The next batch is hashed and signed while this one is sent; the first part goes alone, at once. */
const BATCH = 4;
/** A URL is not used in its last moments. */
const MARGIN_MS = 2000;

export class SignedParts {
  readonly #parts: readonly Part[];
  readonly #job: SignJob;
  readonly #batches: Array<Promise<SignedPart[]>> = [];
  /** Stored, so that a part is not read again when it is retried. */
  readonly #digests = new Map<number, Promise<string>>();
  #taken = 0;

  constructor(parts: readonly Part[], job: SignJob) {
    this.#parts = parts;
    this.#job = job;
  }

  /** The next part with a URL; null when all are taken. */
  async next(): Promise<SignedPart | null> {
    const index = this.#taken;
    if (index >= this.#parts.length) return null;
    this.#taken += 1;
    const number = Math.ceil(index / BATCH);
    const batch = this.#batch(number);
    void this.#batch(number + 1).catch(() => undefined);
    return (await batch)[index - firstOf(number)] ?? null;
  }

  /** The same part with a URL that is valid now. */
  async renew(signed: SignedPart): Promise<SignedPart> {
    const [again] = await this.#sign([signed.part]);
    return again ?? signed;
  }

  isValid({ valid_until }: SignedPart): boolean {
    return this.#job.ports.now() + MARGIN_MS < valid_until;
  }

  /** Batches are signed one after another, so that the first parts do not wait for the hashes of later ones. */
  #batch(number: number): Promise<SignedPart[]> {
    const before = number > 0 ? this.#batches[number - 1] : undefined;
    const parts = this.#parts.slice(firstOf(number), firstOf(number + 1));
    return (this.#batches[number] ??= Promise.resolve(before).then(() => this.#sign(parts)));
  }

  async #sign(parts: Part[]): Promise<SignedPart[]> {
    if (parts.length === 0) return [];
    const requested = await this.#toRequest(parts);
    const asked_at = this.#job.ports.now();
    const { transfer, server_time } = await this.#job.sign(requested);
    const requests = new Map(transfer.parts.map((request) => [request.part_number, request]));
    return parts.flatMap((part) => {
      const request = requests.get(part.part_number);
      if (!request) return [];
      return { part, request, valid_until: asked_at + Date.parse(request.expires_at) - Date.parse(server_time) };
    });
  }

  async #toRequest(parts: Part[]): Promise<RequestedParts> {
    if (!this.#job.bindsDigests) return { part_numbers: parts.map(({ part_number }) => part_number), parts: null };
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
