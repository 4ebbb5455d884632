/** The drawn cover of a song as a picture, for a lock screen, which knows nothing of SVG and of the page's colours. */
import { drawSong, type DrawnSong } from "./draw";
import type { Drawing, Tone } from "./drawing";

/** Pixels a side. */
export const SIDE = 512;

/** Return a data: URL of a JPEG; null if this browser cannot draw. */
export function paintSong(song: DrawnSong): string | null {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIDE, SIDE];
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.scale(SIDE / 100, SIDE / 100);
  paint(context, drawSong(song, toneOf(song.hue)));
  return canvas.toDataURL("image/jpeg", 0.9);
}

function paint(context: CanvasRenderingContext2D, { sky, layers }: Drawing): void {
  const behind = context.createLinearGradient(0, 0, 17, 100);
  behind.addColorStop(0, sky[0]);
  behind.addColorStop(1, sky[1]);
  context.fillStyle = behind;
  context.fillRect(0, 0, 100, 100);
  context.lineCap = "round";
  for (const { d, colour, opacity = 1, width } of layers) {
    context.globalAlpha = opacity;
    [context.fillStyle, context.strokeStyle, context.lineWidth] = [colour, colour, width ?? 0];
    const path = new Path2D(d);
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is no array
    if (width === undefined) context.fill(path);
    else context.stroke(path);
  }
}

/** A canvas knows no variables: read the mood's once. */
function toneOf(mood: string): Tone {
  const probe = document.createElement("span");
  probe.dataset.hue = mood;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const [hue, chroma] = [Number(style.getPropertyValue("--hue")), Number(style.getPropertyValue("--chroma"))];
  probe.remove();
  return (light, strength, turn) => `oklch(${light} ${chroma * strength} ${hue + turn})`;
}
