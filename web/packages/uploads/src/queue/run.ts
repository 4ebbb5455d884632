/** One try of an upload, and the two ways to end it: at once, or as soon as nothing is lost. */

export interface Run {
  stop: AbortController;
  pause: AbortController;
  /** Aborted by either: ends what can be stopped without loss. */
  idle: AbortSignal;
  /** It was paused, and resumed before the pause was complete. */
  resumed: boolean;
}

export function createRun(): Run {
  const stop = new AbortController();
  const pause = new AbortController();
  return { stop, pause, idle: AbortSignal.any([stop.signal, pause.signal]), resumed: false };
}

/** A pausing upload shows no new stage: it only finishes what it has begun. */
export function showsStages({ stop, pause, resumed }: Run): boolean {
  return !stop.signal.aborted && (resumed || !pause.signal.aborted);
}
