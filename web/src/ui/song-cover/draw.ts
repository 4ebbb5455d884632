/** The cover of a song without one: the shape of its mood, grown from its waveform. The same song has the same cover. */
import { chanceOf } from "./chance";
import type { Drawing, Given, Tone } from "./drawing";
import { leaf } from "./leaf";
import { inventLevels, readWaveform } from "./levels";
import { rings } from "./rings";
import { sea } from "./sea";
import { sun } from "./sun";

export interface DrawnSong {
  /** Stands in for the waveform of a song that was not measured, and tells songs of one shape apart. */
  seed: string;
  /** As in tokens.css. */
  hue: string;
  waveform: string | null;
}

const SHAPES: Readonly<Record<string, (given: Given) => Drawing>> = { happy: sun, sad: sea, neutral: leaf };
/** Degrees to each side, so that songs of one mood are no row of the same colour. */
const DRIFT = 14;

export function drawSong({ seed, hue, waveform }: DrawnSong, tone: Tone): Drawing {
  const levels = (waveform && readWaveform(waveform)) || inventLevels(chanceOf(seed));
  // A source of its own: the colours and the place stay when the waveform comes.
  const chance = chanceOf(`${seed}!`);
  const drift = Math.round((2 * chance() - 1) * DRIFT);
  return (SHAPES[hue] ?? rings)({ levels, chance, tone: (light, strength, turn) => tone(light, strength, turn + drift) });
}
