/** Plays an HLS playlist by the browser's own player. It cannot renew addresses, so those in its playlist live for hours. */
import { playlistAddress } from "../api";
import type { Source } from "../sound/source";
import { watchPlayback } from "./watch-playback";

export function nativeStream(file_id: string): Source {
  return {
    // The second time with fresh addresses.
    tries: 2,
    open(element, second, { onFailed }) {
      // Without it, browsers refuse to read the ranges of another origin.
      element.crossOrigin = "anonymous";
      element.src = playlistAddress(file_id, { names: false });
      if (second > 0) element.currentTime = second;
      const stopWatching = watchPlayback(element, onFailed);
      return Promise.resolve({
        isStale: () => false,
        close() {
          stopWatching();
          element.removeAttribute("crossorigin");
        },
      });
    },
  };
}
