/** Addresses that expire: when one dies, and when the player must have another. Pure. */
import type { Download } from "../../../lib/types";

export interface FreshAddress {
  url: string;
  /** On the clock of performance.now(), which nobody sets wrong. */
  dies_at: number;
}

/** Nearer to its end than this, an address counts as dead: the request still has to get there. */
const MARGIN_MS = 5000;

/** The life is what lies between the service's own two times: this computer's clock has no say. */
export function freshAddress({ url, expires_at, server_time }: Download, now: number): FreshAddress {
  return { url, dies_at: now + Date.parse(expires_at) - Date.parse(server_time) };
}

/** Seconds of the song that the browser holds already, as TimeRanges tells them. */
export type Buffered = ReadonlyArray<{ start: number; end: number }>;

export interface Target {
  /** Where in the song it is to go on. */
  second: number;
  /** Null while unknown. */
  duration: number | null;
  buffered: Buffered;
}

/**
 * Whether going on at `second` needs a fresh address.
 *
 * A store looks at the expiry only when a request begins, so a running download outlives its address, and
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
