/** Whether the line is slow, measured by the requests that send files. */

/** A sample is long enough that latency and full buffers do not decide. */
const SAMPLE_MS = 1000;

export class LineSpeed {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #onChange: () => void;
  #isSlow: boolean | null = null;
  #requests = 0;
  #since = 0;
  #bytes = 0;

  constructor(bytes_per_second: number, now: () => number, onChange: () => void) {
    this.#limit = bytes_per_second;
    this.#now = now;
    this.#onChange = onChange;
  }

  /** Null until it is known. */
  get isSlow(): boolean | null {
    return this.#isSlow;
  }

  /** Measure one request. Call what it returns with the bytes sent so far, and at its end. */
  begin(): { sent: (bytes: number) => void; end: (isAnswered: boolean) => void } {
    if (this.#requests === 0) this.#restart();
    this.#requests += 1;
    let before = 0;
    const sent = (bytes: number) => {
      this.#bytes += Math.max(0, bytes - before);
      before = bytes;
      this.#judge();
    };
    const end = (isAnswered: boolean) => {
      this.#requests -= 1;
      this.#judge();
      // Files this quick gain nothing by going one after another.
      if (isAnswered && this.#isSlow === null) this.#set(false);
    };
    return { sent, end };
  }

  #judge(): void {
    const elapsed = this.#now() - this.#since;
    const isFast = this.#bytes * SAMPLE_MS >= this.#limit * Math.max(elapsed, SAMPLE_MS);
    if (elapsed < SAMPLE_MS && !isFast) return;
    this.#restart();
    this.#set(!isFast);
  }

  #restart(): void {
    this.#since = this.#now();
    this.#bytes = 0;
  }

  #set(isSlow: boolean): void {
    if (this.#isSlow === isSlow) return;
    this.#isSlow = isSlow;
    this.#onChange();
  }
}
