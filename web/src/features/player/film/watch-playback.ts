/** Notices that a film stands still although it should play: a stalled stream reports no error. */

const TICK_MS = 1000;
/** Ticks rather than a clock, which goes on while a laptop sleeps. */
const STILL_TICKS = 10;

/** Call `onStill` once it has stood still for ten seconds. Returns a function that stops watching. */
export function watchPlayback(element: HTMLMediaElement, onStill: () => void): () => void {
  let [at, still] = [element.currentTime, 0];
  const timer = setInterval(() => {
    const { paused, ended, currentTime } = element;
    const waits = !paused && !ended && navigator.onLine && currentTime === at;
    still = waits ? still + 1 : 0;
    at = currentTime;
    if (still < STILL_TICKS) return;
    clearInterval(timer);
    onStill();
  }, TICK_MS);
  return () => clearInterval(timer);
}
