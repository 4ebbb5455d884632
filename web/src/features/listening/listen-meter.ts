/** Measures one listen: how long one file really sounded, whatever was skipped or repeated. Told the time. */
import type { Origin } from "../player/queue/origin";

/** What is listened to. */
export interface ListenSubject extends Pick<Origin, "source" | "mood"> {
  /** Which playing of the player's it is. */
  play: string;
  file_id: string;
}

export class ListenMeter {
  readonly subject: ListenSubject;
  readonly startedAt: string;
  /** Where in the file it is, in seconds. */
  position: number | null = null;
  #heardMs = 0;
  /** When the sound began that still goes on. */
  #since: number | null = null;

  /** Its methods are told milliseconds of a clock that never goes back. */
  constructor(subject: ListenSubject, startedAt: Date) {
    this.subject = subject;
    this.startedAt = startedAt.toISOString();
  }

  sound(now: number): void {
    this.#since ??= now;
  }

  silence(now: number): void {
    this.#heardMs = this.#msAt(now);
    this.#since = null;
  }

  secondsAt(now: number): number {
    return this.#msAt(now) / 1000;
  }

  #msAt(now: number): number {
    return this.#heardMs + (this.#since === null ? 0 : now - this.#since);
  }
}
