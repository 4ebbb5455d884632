/** The seek bar and its times. Time runs from left to right in every script. */
import { clock } from "../../../lib/format";
import { lazyPart } from "../../../ui/lazy-part";
import type { PlayerState } from "../player-state";
import { usePlayerWords } from "../player-words";
import { Range } from "./range";
import { hasShape } from "../sound/song-shape";
import type { WaveformProps } from "./waveform";

const Waveform = lazyPart<WaveformProps>(() => import("./waveform"), { quiet: true });

const A_MINUTE = 60;

/** How far it is, as a line on the bar's upper edge, where there is no room to seek: the full view has that. */
export function ProgressLine({ state: { position, duration } }: { state: PlayerState }) {
  const part = duration ? Math.min(1, position / duration) : 0;
  return (
    <div className="player-line" dir="ltr" aria-hidden="true">
      <span style={{ scale: `${part} 1` }} />
    </div>
  );
}

export function Seek({ state, onSeek }: { state: PlayerState; onSeek: (second: number) => void }) {
  const { position, duration, file, restored } = state;
  const text = usePlayerWords();
  const [at, of] = [clock(position), duration === null ? "–:––" : clock(duration)];
  return (
    <div className="player-seek numbers" dir="ltr">
      <span>{at}</span>
      <div className="player-track">
        {duration !== null && !restored && hasShape(file) && (
          <Waveform file={file} duration={duration} position={position} />
        )}
        <Range
          label={text.seek}
          text={text.seekAt(at, of)}
          value={position}
          max={duration ?? 0}
          step={duration !== null && duration < A_MINUTE ? 0.1 : 1}
          disabled={duration === null}
          onChange={onSeek}
        />
      </div>
      <span>{of}</span>
    </div>
  );
}
