/** Addresses that expire: when they do, and when the player needs another. Pure. */
import type { Download } from "../../../lib/types";

export interface FreshAddress {
  url: string;
  /** On the clock of performance.now(), which nobody can set wrong. */
  dies_at: number;
}

/** The address of a file in a store, and what is there. */
export interface StoreAddress extends FreshAddress {
  /** Changes with the bytes, and stays the same if they move to another store. */
  version: string;
  /** The ETag that the store will send with the bytes; null if only the store knows it. */
  etag: string | null;
}

/** An address this close to its end counts as expired: the request still has to reach the store. */
const MARGIN_MS = 5000;

/** Compute the lifetime from the service's own two times, so that this computer's clock does not matter. */
export function freshAddress({ url, expires_at, server_time }: Pick<Download, "url" | "expires_at" | "server_time">, now: number): FreshAddress {
  return { url, dies_at: now + Date.parse(expires_at) - Date.parse(server_time) };
}

/** Seconds that the browser has buffered, as in TimeRanges. */
export type Buffered = ReadonlyArray<{ start: number; end: number }>;

export interface Target {
  /** The second to continue at. */
  second: number;
  /** Null while unknown. */
  duration: number | null;
  buffered: Buffered;
}

/**
 * Return whether continuing at `second` needs a fresh address.
 *
 * A store checks the expiry only when a request starts, so a running download outlives its address, and
 * what is buffered to the end needs none. Only a new request does: after a pause, a seek, or a failure.
 */
export function needsFreshAddress(address: FreshAddress, target: Target, now: number): boolean {
  if (now < address.dies_at - MARGIN_MS) return false;
  const { second, duration, buffered } = target;
  const end = duration ?? Number.POSITIVE_INFINITY;
  return !buffered.some((range) => range.start <= second && range.end >= end - 0.5);
}

export function bufferedOf(ranges: TimeRanges): Buffered {
  return Array.from({ length: ranges.length }, (_, index) => ({ start: ranges.start(index), end: ranges.end(index) }));
}
