/** The two main colours of a cover, from a few pixels of it. Each cover is looked at once. */
import { useEffect, useState } from "react";
import { decodeBlurHash } from "../../../lib/blur-hash";
import { thumbnailAddress } from "../../../lib/thumbnail-address";
import type { FileRecord } from "../../../lib/types";
import { withinTime } from "../../../lib/wait";

export type CoverColours = readonly [main: string, other: string];

type Colour = readonly [red: number, green: number, blue: number];

/** Pixels a side: enough for its main colours. */
const SIDE = 16;

/** Return the colour that most of the picture has, vivid ones first, and one that differs most from it. Pixels are RGBA. */
export function mainColours(pixels: Uint8ClampedArray): CoverColours {
  const clusters = clustersOf(pixels);
  const main = strongest(clusters, ({ weight }) => weight);
  const other = strongest(clusters, ({ weight, mean }) => Math.sqrt(weight) * distance(mean, main) * (16 + vividness(mean)));
  return [inCss(main), inCss(other)];
}

interface Cluster {
  weight: number;
  mean: Colour;
}

/** Put pixels of a like colour together. */
function clustersOf(pixels: Uint8ClampedArray): Cluster[] {
  const clusters = new Map<number, { weight: number; sums: [number, number, number] }>();
  for (let at = 0; at < pixels.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(at, at + 3);
    const key = ((red >> 6) << 4) | ((green >> 6) << 2) | (blue >> 6);
    const cluster = clusters.get(key) ?? { weight: 0, sums: [0, 0, 0] };
    const weight = 1 + vividness([red, green, blue]) / 64;
    cluster.weight += weight;
    cluster.sums = [cluster.sums[0] + red * weight, cluster.sums[1] + green * weight, cluster.sums[2] + blue * weight];
    clusters.set(key, cluster);
  }
  return Array.from(clusters.values(), ({ weight, sums: [red, green, blue] }) => ({
    weight,
    mean: [red / weight, green / weight, blue / weight],
  }));
}

function strongest(clusters: readonly Cluster[], strengthOf: (cluster: Cluster) => number): Colour {
  let [best, most]: [Colour, number] = [[128, 128, 128], -1];
  for (const cluster of clusters) {
    const strength = strengthOf(cluster);
    if (strength > most) [best, most] = [cluster.mean, strength];
  }
  return best;
}

function distance(one: Colour, other: Colour): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

/** 0 for grey, 255 at most. */
function vividness(colour: Colour): number {
  return Math.max(...colour) - Math.min(...colour);
}

function inCss(colour: Colour): string {
  return `rgb(${colour.map(Math.round).join(" ")})`;
}

const MOST_COVERS = 100;
const known = new Map<string, Promise<CoverColours>>();

/** Null without a cover, or if it cannot be read: it is then tried again at the next look. */
function coloursOf(file: FileRecord): Promise<CoverColours | null> {
  const address = thumbnailAddress(file, 96);
  if (address === null) return Promise.resolve(null);
  const colours = known.get(address) ?? readColours(file, address);
  if (known.size >= MOST_COVERS) known.clear();
  known.set(address, colours);
  return colours.catch(() => {
    known.delete(address);
    return null;
  });
}

/** A BlurHash is the cover already, in a few waves; without one, the cover itself is drawn small. */
async function readColours({ thumbnail }: FileRecord, address: string): Promise<CoverColours> {
  const blurred = thumbnail && decodeBlurHash(thumbnail.blurhash, SIDE, SIDE);
  return mainColours(blurred ?? (await pixelsOf(address)));
}

/** A small picture: after this long there are no colours of its own. */
const PICTURE_MS = 15_000;

/** Fetched with CORS, because the browser does not give out pixels of a picture that it drew without. */
async function pixelsOf(address: string): Promise<Uint8ClampedArray> {
  const response = await fetch(address, { signal: withinTime(PICTURE_MS) });
  const bitmap = await createImageBitmap(await response.blob(), { resizeWidth: SIDE, resizeHeight: SIDE });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIDE, SIDE];
  const context = canvas.getContext("2d");
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  if (!context) throw new Error("this browser cannot draw");
  return context.getImageData(0, 0, SIDE, SIDE).data;
}

/** Null until they are known: the mood's own colour is shown meanwhile. */
export function useCoverColours(file: FileRecord): CoverColours | null {
  const [read, setRead] = useState<{ file_id: string; colours: CoverColours | null } | null>(null);
  useEffect(() => {
    let current = true;
    void coloursOf(file).then((colours) => {
      if (current) setRead({ file_id: file.file_id, colours });
    });
    return () => {
      current = false;
    };
  }, [file]);
  return read?.file_id === file.file_id ? read.colours : null;
}
