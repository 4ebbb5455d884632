/** Whether the line is slow, measured by the requests that send files. */

/** A sample is long enough that latency does not decide. */
const SAMPLE_MS = 1000;
/** A file is large enough for an answer to say how fast the line is if it takes this long at the limit. */
const SHORTEST_MS = 100;
/** Files that are answered as soon as this gain nothing by going one after another. */
const QUICK_MS = 250;

/**
 * Bytes that are reported as sent may still wait in a buffer of this device or its network. So too few of them show that
 * the line is slow, but only an answer shows that it is not.
 */
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
  begin(size_bytes: number): { sent: (bytes: number) => void; end: (isAnswered: boolean) => void } {
    if (this.#requests === 0) this.#restart();
    this.#requests += 1;
    const begun = this.#now();
    let before = 0;
    const sent = (bytes: number) => {
      this.#bytes += Math.max(0, bytes - before);
      before = bytes;
      this.#judge();
    };
    const end = (isAnswered: boolean) => {
      const elapsed = this.#now() - begun;
      // The others took as much of the line as this one.
      const isFast = isAnswered && this.#isEnough(size_bytes * this.#requests, Math.max(elapsed, SHORTEST_MS));
      this.#requests -= 1;
      if (isFast) {
        this.#restart();
        this.#set(false);
      } else this.#judge();
      if (isAnswered && this.#isSlow === null && elapsed < QUICK_MS) this.#set(false);
    };
    return { sent, end };
  }

  #judge(): void {
    const elapsed = this.#now() - this.#since;
    if (elapsed < SAMPLE_MS) return;
    if (!this.#isEnough(this.#bytes, elapsed)) this.#set(true);
    this.#restart();
  }

  #isEnough(bytes: number, elapsed: number): boolean {
    return bytes * 1000 >= this.#limit * elapsed;
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
