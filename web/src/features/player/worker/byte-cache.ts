/** The pieces in memory: those played last, and those about to play. */
import { Piece } from "./piece";

export interface MediaFile {
  file_id: string;
  /** The name of a rendition of the file; null for the file itself. */
  rendition: string | null;
  /** Changes with the bytes, and stays the same if they move to another store. */
  version: string;
  size_bytes: number;
  content_type: string;
}

export const PIECE_BYTES = 1024 * 1024;
/** Enough for a few songs, or a minute of a film. */
const MOST_PIECES = 48;

export type Fill = (piece: Piece, file: MediaFile) => Promise<void>;

export class ByteCache {
  readonly #fill: Fill;
  /** In order of use: the piece used last is last. */
  readonly #pieces = new Map<string, Piece>();

  constructor(fill: Fill) {
    this.#fill = fill;
  }

  /** Yield the file from byte `start` to byte `end`, both included. */
  async *bytes(file: MediaFile, start: number, end: number, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    let at = start;
    while (at <= end) {
      const index = Math.floor(at / PIECE_BYTES);
      const piece = this.#take(file, index);
      // Fetch the next piece ahead, so that nobody waits for it.
      if ((index + 1) * PIECE_BYTES <= end) this.#take(file, index + 1);
      for await (const part of piece.read(at - piece.start, signal)) {
        const slice = part.subarray(0, end - at + 1);
        at += slice.length;
        yield slice;
        if (at > end) return;
      }
    }
  }

  /** Drop the pieces of a file that is gone, or has other bytes meanwhile. */
  forget(file: MediaFile): void {
    for (const name of this.#pieces.keys()) if (name.startsWith(nameOf(file))) this.#pieces.delete(name);
  }

  /** Return the piece; fetch it only if it is neither cached nor under way. */
  #take(file: MediaFile, index: number): Piece {
    const name = `${nameOf(file)}${index}`;
    const cached = this.#pieces.get(name);
    this.#pieces.delete(name);
    const piece = cached ?? this.#begin(file, name, index);
    this.#pieces.set(name, piece);
    const [oldest] = this.#pieces.keys();
    if (this.#pieces.size > MOST_PIECES && oldest !== undefined) this.#pieces.delete(oldest);
    return piece;
  }

  #begin(file: MediaFile, name: string, index: number): Piece {
    const start = index * PIECE_BYTES;
    const piece = new Piece(name, start, Math.min(PIECE_BYTES, file.size_bytes - start));
    this.#fill(piece, file).catch((error: unknown) => {
      // Drop the failed piece, so that the next reader fetches it again.
      if (this.#pieces.get(name) === piece) this.#pieces.delete(name);
      piece.fail(error instanceof Error ? error : new Error(String(error)));
    });
    return piece;
  }
}

/** What the names of its pieces begin with: those of two versions are never taken for each other. */
function nameOf({ file_id, rendition, version }: MediaFile): string {
  return `${file_id}/${rendition ?? ""}/${version}/`;
}
