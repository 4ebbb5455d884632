/** A BlurHash, drawn: what is seen until the picture over it has come. Loads with the parts that show large pictures. */
import { useEffect, useRef } from "react";
import { decodeBlurHash } from "../lib/blur-hash";

/** Pixels a side; the browser stretches them. */
const SIDE = 32;

export function Blur({ hash }: { hash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = decodeBlurHash(hash, SIDE, SIDE);
    if (pixels) canvas.current?.getContext("2d")?.putImageData(new ImageData(pixels, SIDE), 0, 0);
  }, [hash]);
  return <canvas ref={canvas} width={SIDE} height={SIDE} aria-hidden="true" />;
}
