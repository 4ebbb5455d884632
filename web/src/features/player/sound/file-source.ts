/** Plays one file of bytes by its address, and gets another address when that has expired. */
import { bufferedOf, needsFreshAddress, type FreshAddress } from "./fresh-address";
import type { Source } from "./source";

/** `direct`: bypass the worker. */
export type AddressOf = (signal: AbortSignal, direct: boolean) => Promise<FreshAddress>;

export function fileSource(addressOf: AddressOf): Source {
  return {
    tries: 3,
    async open(element, second, { signal, attempt }) {
      const address = await addressOf(signal, attempt > 0);
      signal.throwIfAborted();
      element.src = address.url;
      // Before the metadata is there, this sets where playback starts.
      if (second > 0) element.currentTime = second;
      return { isStale: (next) => isStale(address, element, next), close: () => undefined };
    },
  };
}

function isStale(address: FreshAddress, { duration, buffered }: HTMLMediaElement, second: number): boolean {
  const known = Number.isFinite(duration) ? duration : null;
  return needsFreshAddress(address, { second, duration: known, buffered: bufferedOf(buffered) }, performance.now());
}
