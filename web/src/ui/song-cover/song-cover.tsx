/** The drawn cover of a song, in the page. A chunk of its own. */
import { memo, type ReactNode } from "react";
import { drawSong, type DrawnSong } from "./draw";
import type { Tone } from "./drawing";

/** In the colours of the next [data-hue] around it. */
const tone: Tone = (light, strength, turn) => `oklch(${light} calc(var(--chroma) * ${strength}) calc(var(--hue) + ${turn}))`;

export function drawSongCover(song: DrawnSong): ReactNode {
  return <SongCover {...song} />;
}

/** A memo: what plays is redrawn with every second of music. */
const SongCover = memo(function SongCover(song: DrawnSong) {
  const { sky, layers } = drawSong(song, tone);
  return (
    <svg className="song-cover" viewBox="0 0 100 100" style={{ background: `linear-gradient(170deg, ${sky.join(", ")})` }}>
      {layers.map(({ d, colour, opacity, width }, index) => (
        <path
          // oxlint-disable-next-line react/no-array-index-key -- the layers of a drawing never move
          key={index}
          d={d}
          opacity={opacity}
          {...(width === undefined ? { fill: colour } : { fill: "none", stroke: colour, strokeWidth: width, strokeLinecap: "round" })}
        />
      ))}
    </svg>
  );
});
