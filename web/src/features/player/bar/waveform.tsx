/** The waveform of a song behind its seek bar. Decoration only: the bar above it is the control. */
import { useEffect, useEffectEvent, useRef, type ReactNode } from "react";
import type WaveSurfer from "wavesurfer.js";
import type { FileRecord } from "../../../lib/types";
import { useIsDark } from "../../../lib/theme";
import { songShape } from "../sound/song-shape";
import "./waveform.css";

export interface WaveformProps {
  file: FileRecord;
  /** Seconds. */
  duration: number;
  position: number;
}

export default function Waveform({ file, duration, position }: WaveformProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const wave = useRef<WaveSurfer | null>(null);
  const dark = useIsDark();
  const follow = useEffectEvent(() => wave.current?.setTime(position));

  useEffect(() => {
    const stop = new AbortController();
    const shown = place.current;
    if (shown) shown.dataset["waiting"] = "";
    const draw = async () => {
      const peaks = await songShape(file, stop.signal);
      const { drawWave } = await import("./draw-wave");
      if (stop.signal.aborted || !shown) return;
      wave.current = drawWave(shown, peaks, duration);
      follow();
    };
    // Without it the plain bar remains.
    draw()
      .catch(() => undefined)
      .finally(() => stop.signal.aborted || delete shown?.dataset["waiting"]);
    return () => {
      stop.abort();
      wave.current?.destroy();
      wave.current = null;
      shown?.replaceChildren();
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the other colour scheme has other colours
  }, [file, duration, dark]);

  useEffect(() => {
    wave.current?.setTime(position);
  }, [position]);

  return <div ref={place} className="waveform" aria-hidden="true" />;
}
