/** The pieces that are held in memory: what was heard last, and what is about to be. */
import { Piece } from "./piece";

export interface Song {
  file_id: string;
  /** Names its bytes: other bytes have another. */
  etag: string;
  size_bytes: number;
  content_type: string;
}

export const PIECE_BYTES = 1024 * 1024;
/** A few songs, or a minute of a film. */
const MOST_PIECES = 48;

export type Fill = (piece: Piece, song: Song) => Promise<void>;

export class Shelf {
  readonly #fill: Fill;
  /** The one used last is the last. */
  readonly #pieces = new Map<string, Piece>();

  constructor(fill: Fill) {
    this.#fill = fill;
  }

  /** The song from byte `start` to byte `end`, both included. */
  async *bytes(song: Song, start: number, end: number, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    let at = start;
    while (at <= end) {
      const index = Math.floor(at / PIECE_BYTES);
      const piece = this.#take(song, index);
      // The next one sets out already, so that its way is no wait.
      if ((index + 1) * PIECE_BYTES <= end) this.#take(song, index + 1);
      for await (const part of piece.read(at - piece.start, signal)) {
        const wanted = part.subarray(0, end - at + 1);
        at += wanted.length;
        yield wanted;
        if (at > end) return;
      }
    }
  }

  /** One that is held or under way is not fetched again. */
  #take(song: Song, index: number): Piece {
    const name = `${song.file_id}/${song.etag}/${index}`;
    const held = this.#pieces.get(name);
    this.#pieces.delete(name);
    const piece = held ?? this.#begin(song, name, index);
    this.#pieces.set(name, piece);
    const [oldest] = this.#pieces.keys();
    if (this.#pieces.size > MOST_PIECES && oldest !== undefined) this.#pieces.delete(oldest);
    return piece;
  }

  #begin(song: Song, name: string, index: number): Piece {
    const start = index * PIECE_BYTES;
    const piece = new Piece(name, start, Math.min(PIECE_BYTES, song.size_bytes - start));
    this.#fill(piece, song).catch((error: unknown) => {
      // Not for ever: the next one who asks begins it anew.
      if (this.#pieces.get(name) === piece) this.#pieces.delete(name);
      piece.fail(error instanceof Error ? error : new Error(String(error)));
    });
    return piece;
  }
}
