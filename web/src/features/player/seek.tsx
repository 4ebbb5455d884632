/** Where it is in the song, to be read and to be moved. */
import { clock } from "../../lib/format";
import { words } from "../../lib/words";
import type { PlayerState } from "./player-state";
import { Range } from "./range";

const A_MINUTE = 60;

export function Seek({ state, onSeek }: { state: PlayerState; onSeek: (second: number) => void }) {
  const { position, duration } = state;
  const [at, of] = [clock(position), duration === null ? "–:––" : clock(duration)];
  return (
    <div className="player-seek numbers">
      <span>{at}</span>
      <Range
        label={words.player.seek}
        text={words.player.seekAt(at, of)}
        value={position}
        max={duration ?? 0}
        step={duration !== null && duration < A_MINUTE ? 0.1 : 1}
        disabled={duration === null}
        onChange={onSeek}
      />
      <span>{of}</span>
    </div>
  );
}
