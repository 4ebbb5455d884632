/** Decodes a BlurHash (blurha.sh): a picture of a few waves of colour, in some 30 characters. */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
/** Size, greatest strength, mean colour: then two digits for each wave. */
const HEAD = 6;

type Colour = readonly [red: number, green: number, blue: number];

interface Waves {
  across: number;
  down: number;
  colours: readonly Colour[];
}

/** Return `width` × `height` pixels of RGBA; null if it is no BlurHash. */
export function decodeBlurHash(hash: string, width: number, height: number): Uint8ClampedArray<ArrayBuffer> | null {
  const waves = readWaves(hash);
  if (!waves) return null;
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [red, green, blue] = colourAt(waves, x / width, y / height);
      pixels.set([toByte(red), toByte(green), toByte(blue), 255], (y * width + x) * 4);
    }
  }
  return pixels;
}

function readWaves(hash: string): Waves | null {
  const size = number(hash.slice(0, 1));
  const across = (size % 9) + 1;
  const down = Math.floor(size / 9) + 1;
  const count = across * down;
  if (!(size >= 0) || down > 9 || hash.length !== HEAD + 2 * (count - 1)) return null;
  const strongest = (number(hash.slice(1, 2)) + 1) / 166;
  const rest = Array.from({ length: count - 1 }, (_, n) => waveOf(number(hash.slice(HEAD + 2 * n, HEAD + 2 * n + 2)), strongest));
  const colours = [meanOf(number(hash.slice(2, HEAD))), ...rest];
  return colours.flat().every(Number.isFinite) ? { across, down, colours } : null;
}

/** NaN if a character is none of the 83 digits. */
function number(digits: string): number {
  let sum = 0;
  for (const digit of digits) {
    const value = DIGITS.indexOf(digit);
    sum = value === -1 ? Number.NaN : sum * 83 + value;
  }
  return digits ? sum : Number.NaN;
}

function meanOf(value: number): Colour {
  if (Number.isNaN(value)) return [value, value, value];
  return [toLinear(value >> 16), toLinear((value >> 8) & 255), toLinear(value & 255)];
}

/** Its three strengths are digits of 19, with 9 for none. */
function waveOf(value: number, strongest: number): Colour {
  const strength = (digit: number) => Math.sign(digit - 9) * ((digit - 9) / 9) ** 2 * strongest;
  return [strength(Math.floor(value / 361)), strength(Math.floor(value / 19) % 19), strength(value % 19)];
}

function colourAt({ across, colours }: Waves, x: number, y: number): Colour {
  let [red, green, blue] = [0, 0, 0];
  for (const [n, colour] of colours.entries()) {
    const part = Math.cos(Math.PI * x * (n % across)) * Math.cos(Math.PI * y * Math.floor(n / across));
    red += colour[0] * part;
    green += colour[1] * part;
    blue += colour[2] * part;
  }
  return [red, green, blue];
}

/** From a byte of sRGB to linear light, 0 to 1. */
function toLinear(byte: number): number {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function toByte(linear: number): number {
  const value = Math.max(0, Math.min(1, linear));
  return Math.round(255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055));
}
