/** Chooses how large a film's picture is. */
import { usePlayerWords } from "../player-words";
import type { Quality } from "../sound/source";

export interface QualityMenuProps {
  quality: Quality;
  /** Null: automatically. */
  onChoose: (height: number | null) => void;
}

export function QualityMenu({ quality: { heights, chosen, shown }, onChoose }: QualityMenuProps) {
  const text = usePlayerWords();
  const isAutomatic = chosen === null;
  return (
    <select
      className="player-quality numbers"
      aria-label={text.quality}
      value={chosen ?? ""}
      onChange={({ target: { value } }) => onChoose(value === "" ? null : Number(value))}
    >
      <option value="">{isAutomatic && shown !== null ? text.automaticAt(nameOf(shown)) : text.automatic}</option>
      {heights.map((height) => (
        <option key={height} value={height}>
          {nameOf(height)}
        </option>
      ))}
    </select>
  );
}

/** The same in every language, as on every screen's box. */
function nameOf(height: number): string {
  return `${height}p`;
}
