/** A small square picture. A song without one, or whose picture cannot be loaded, has a drawing of itself. */
import { useState, type ReactNode } from "react";
import { useStore } from "../lib/store";
import "./cover.css";
import { songCover } from "./song-cover/start";

export interface CoverProps {
  seed: string;
  hue: string;
  waveform?: string | null;
  /** Whether bars dance at its corner. */
  moving?: boolean;
  /** The picture's address. */
  picture?: string | null;
  /** Drawn under the picture until it has come. */
  under?: ReactNode;
  /** Drawn instead of the song. */
  children?: ReactNode;
}

export function Cover({ seed, hue, waveform = null, moving = false, picture = null, under, children }: CoverProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const [drawn, setDrawn] = useState<string | null>(null);
  const draw = useStore(songCover);
  const pictured = picture !== null && picture !== broken;
  return (
    <span className="cover" data-hue={hue} aria-hidden="true">
      {pictured && picture !== drawn && under}
      {pictured && (
        <img src={picture} alt="" loading="lazy" decoding="async" onLoad={() => setDrawn(picture)} onError={() => setBroken(picture)} />
      )}
      {!pictured && (children || draw?.({ seed, hue, waveform }))}
      {moving && <Bars />}
    </span>
  );
}

function Bars() {
  return (
    <svg className="cover-bars" viewBox="0 0 20 20">
      <rect x="4" y="6" width="3" height="8" rx="1.5" />
      <rect x="8.5" y="4" width="3" height="12" rx="1.5" />
      <rect x="13" y="6.5" width="3" height="7" rx="1.5" />
    </svg>
  );
}
