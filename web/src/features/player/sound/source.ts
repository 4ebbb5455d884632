/** Something that a media element can play a file from: its bytes, those of a rendition, or a stream. */

export interface Source {
  /** So often it is opened in a row without any playback. */
  tries: number;
  /** Give it to the element, to begin at `second`. Rejects if it cannot be had. */
  open: (element: HTMLMediaElement, second: number, options: OpenOptions) => Promise<OpenSource>;
}

export interface OpenOptions {
  signal: AbortSignal;
  /** Counts from 0. */
  attempt: number;
  /** Call this if it will not play on. */
  onFailed: () => void;
  /** Call this when bytes are late, and once they arrive again. */
  onLate: (late: boolean) => void;
  onQuality: (quality: Quality) => void;
}

export interface OpenSource {
  /** Whether it must be opened anew to go on at `second`. */
  isStale: (second: number) => boolean;
  /** For those with several qualities. Null: whatever suits the line and the window. */
  setQuality?: (height: number | null) => void;
  close: () => void;
}

/** The qualities of a film, by their heights in pixels. */
export interface Quality {
  /** The best first. */
  heights: readonly number[];
  /** Null if it is chosen automatically. */
  chosen: number | null;
  /** Null until there is a picture. */
  shown: number | null;
}
