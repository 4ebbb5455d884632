/** A small square picture. Without one, or if it cannot be loaded, bars that are always the same for the same seed. */
import { useState, type ReactNode } from "react";
import "./cover.css";

const BARS = 7;
const LOWEST = 5;
const HIGHEST = 24;

export interface CoverProps {
  seed: string;
  hue: string;
  /** Whether the bars dance. */
  moving?: boolean;
  /** The picture's address. */
  picture?: string | null;
  /** Drawn under the picture until it has come. */
  under?: ReactNode;
  /** Drawn instead of the bars. */
  children?: ReactNode;
}

export function Cover({ seed, hue, moving = false, picture = null, under, children }: CoverProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const [drawn, setDrawn] = useState<string | null>(null);
  const pictured = picture !== null && picture !== broken;
  return (
    <span className="cover" data-hue={hue} data-moving={moving || undefined} aria-hidden="true">
      {pictured && picture !== drawn && under}
      {pictured && (
        <img src={picture} alt="" loading="lazy" decoding="async" onLoad={() => setDrawn(picture)} onError={() => setBroken(picture)} />
      )}
      {(!pictured || moving) && (children ?? <Bars seed={seed} />)}
    </span>
  );
}

function Bars({ seed }: { seed: string }) {
  return (
    <svg viewBox="0 0 40 40" width="100%" height="100%">
      {barHeights(seed).map((height, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the bars never move or change
        <rect key={index} x={4.6 + index * 4.6} y={20 - height / 2} width="3" height={height} rx="1.5" />
      ))}
    </svg>
  );
}

/** Return heights from an FNV-1a hash of the seed, growing towards the middle. */
function barHeights(seed: string): number[] {
  let hash = 0x811c9dc5;
  const byteAt = (index: number) => seed.charCodeAt(seed.length - 1 - (index % Math.max(1, seed.length))) || 0;
  return Array.from({ length: BARS }, (_, index) => {
    for (let step = 0; step < 4; step += 1) hash = Math.imul(hash ^ byteAt(index * 4 + step), 0x01000193) >>> 0;
    const swell = 1 - Math.abs(index - (BARS - 1) / 2) / BARS;
    return LOWEST + ((hash >>> 8) % 1000) / 1000 * (HIGHEST - LOWEST) * swell;
  });
}
