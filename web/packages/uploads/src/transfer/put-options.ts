/** What one PUT to the store is told. */
import type { PutTransfer } from "../api/types.js";

/** Once all bytes are sent, the store may hash for this many times `stallAfterMs` before it responds. */
export const RESPONSE_FACTOR = 3;

/** A presigned request for a whole file or a part. */
export type SignedRequest = Pick<PutTransfer, "method" | "url" | "headers">;

export interface PutOptions {
  signal: AbortSignal;
  /** Bytes sent so far. */
  onSent: (bytes: number) => void;
  /** Milliseconds without progress after which the request is aborted. */
  stallAfterMs: number;
}
