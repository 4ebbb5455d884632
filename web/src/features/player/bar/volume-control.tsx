import { locale } from "../../../lib/words";
import { IconButton } from "../../../ui/button";
import { usePlayerWords } from "../player-words";
import { Range } from "./range";
import type { Volume } from "./use-volume";

export function VolumeControl({ volume }: { volume: Volume }) {
  const { level, muted, set, toggleMuted } = volume;
  const text = usePlayerWords();
  const shown = muted ? 0 : level;
  return (
    <div className="player-volume">
      <IconButton
        icon={muted ? "muted" : "volume"}
        label={muted ? text.unmute : text.mute}
        onClick={toggleMuted}
      />
      <Range
        label={text.volume}
        text={locale.percent(Math.round(shown * 100))}
        value={shown}
        max={1}
        step={0.05}
        onChange={set}
      />
    </div>
  );
}
