/** A file read a piece at a time. */

const WINDOW_BYTES = 256 * 1024;

export class Window {
  readonly #file: Blob;
  #start = 0;
  #bytes = new Uint8Array();

  constructor(file: Blob) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  /** Read these bytes, or as many as there are before the file ends. */
  async at(position: number, size_bytes: number): Promise<Uint8Array> {
    const here = this.here(position, size_bytes);
    if (here) return here;
    const piece = this.#file.slice(position, position + Math.max(WINDOW_BYTES, size_bytes));
    this.#bytes = new Uint8Array(await piece.arrayBuffer());
    this.#start = position;
    return this.#bytes.subarray(0, size_bytes);
  }

  /** Return them without a wait; null if they have not been read yet. */
  here(position: number, size_bytes: number): Uint8Array | null {
    const start = position - this.#start;
    const isRead = start >= 0 && start + size_bytes <= this.#bytes.length;
    return isRead ? this.#bytes.subarray(start, start + size_bytes) : null;
  }
}
