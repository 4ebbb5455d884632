/** A drawing as data, for the page and for a canvas alike. */

/** A colour of the mood: how light (0 to 1), how strong beside the mood's own colour, and degrees beside its hue. */
export type Tone = (light: number, strength: number, turn: number) => string;

export interface Layer {
  /** A path in a square of 100 × 100. */
  d: string;
  colour: string;
  opacity?: number;
  /** The path is filled without one, and a line of this width with it. */
  width?: number;
}

export interface Drawing {
  /** The colours behind the layers, from top to bottom. */
  sky: readonly [top: string, bottom: string];
  layers: readonly Layer[];
}

/** What a drawing is made from. */
export interface Given {
  /** How loud each stretch of the song is, 0 to 1. */
  levels: readonly number[];
  chance: () => number;
  tone: Tone;
}
