/** A stretch of a file that any number of readers can read while it arrives. */

export class Piece {
  /** Its key in the cache. */
  readonly name: string;
  readonly start: number;
  readonly size_bytes: number;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  readonly #waiting = new Set<() => void>();
  #arrived = 0;
  #failure: Error | null = null;
  #readers = 0;

  constructor(name: string, start: number, size_bytes: number) {
    this.name = name;
    this.start = start;
    this.size_bytes = size_bytes;
  }

  get arrived(): number {
    return this.#arrived;
  }

  get isWhole(): boolean {
    return this.#arrived >= this.size_bytes;
  }

  /** Whether anyone reads this piece. */
  get isAwaited(): boolean {
    return this.#readers > 0;
  }

  /** Append what still fits: a store without ranges sends more. */
  append(part: Uint8Array<ArrayBuffer>): void {
    const fitting = part.subarray(0, this.size_bytes - this.#arrived);
    this.#parts.push(fitting);
    this.#arrived += fitting.length;
    this.#wake();
  }

  fail(failure: Error): void {
    this.#failure = failure;
    this.#wake();
  }

  /** Read from byte `from` of the piece. Rejects if the piece fails, and when `signal` ends the wait. */
  async *read(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    this.#readers += 1;
    try {
      let passed = 0;
      for (let next = 0; !this.isWhole || next < this.#parts.length; ) {
        const part = this.#parts[next];
        if (part === undefined) {
          if (this.#failure) throw this.#failure;
          await this.#news(signal);
          continue;
        }
        next += 1;
        const rest = part.subarray(Math.max(0, from - passed));
        passed += part.length;
        if (rest.length > 0) yield rest;
      }
    } finally {
      this.#readers -= 1;
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(new DOMException("Nobody listens any more", "AbortError"));
      if (signal.aborted) return stop();
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.add(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      });
    });
  }
}
