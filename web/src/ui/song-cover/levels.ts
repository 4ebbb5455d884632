/** How loud a song is from beginning to end, as numbers to draw by. */

/** Stretches of a song, as the service has them. */
export const STRETCHES = 36;
/** The quietest stretch is drawn this high, where the loudest is 1. */
const LOWEST = 0.12;

/** The levels of a waveform of the service; null if it is none that this page knows. */
export function readWaveform(waveform: string): number[] | null {
  let bytes: string;
  try {
    bytes = atob(waveform);
  } catch {
    return null;
  }
  return bytes.length === STRETCHES ? spread(Array.from(bytes, (byte) => byte.charCodeAt(0))) : null;
}

/** Levels that stand in for those of a song that was not measured: it swells and fades as songs do. */
export function inventLevels(chance: () => number): number[] {
  const waves = Array.from({ length: 4 }, (_, n) => ({ speed: (n + 1) * (0.6 + chance()), start: chance() * 2 * Math.PI, height: chance() / (n + 1) }));
  const at = (x: number) => waves.reduce((sum, { speed, start, height }) => sum + height * Math.sin(speed * x * 2 * Math.PI + start), 0);
  return spread(Array.from({ length: STRETCHES }, (_, n) => (2 + at(n / STRETCHES) + 0.5 * chance()) * swell((n + 0.5) / STRETCHES)));
}

const swell = (x: number) => Math.min(1, 8 * x, 8 * (1 - x));

/** From the quietest to the loudest, whatever they are: most music is nearly as loud all the time, and would be flat. */
function spread(values: readonly number[]): number[] {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return values.map((value) => (range === 0 ? 0.5 : LOWEST + (1 - LOWEST) * ((value - least) / range)));
}

/** Means over `reach` neighbours at each side. */
export function smooth(values: readonly number[], reach: number): number[] {
  return values.map((_, n) => mean(values.slice(Math.max(0, n - reach), n + reach + 1)));
}

/** Fewer values, each the mean of those that it stands for. */
export function shorten(values: readonly number[], count: number): number[] {
  const each = values.length / count;
  return Array.from({ length: count }, (_, n) => mean(values.slice(Math.floor(n * each), Math.floor((n + 1) * each))));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
