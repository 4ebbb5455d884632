/** The moods in a row: choosing one changes the library and the page's colours. */
import { moodHue, moodName, moodShape, type Mood, type MoodFilter } from "../../../lib/moods";
import type { MoodCount } from "../../../lib/types";
import { locale, words } from "../../../lib/words";
import { Shape } from "../../../ui/shape";
import "./mood-row.css";

export interface MoodRowProps {
  moods: readonly Mood[];
  /** Null until known. */
  counts: readonly MoodCount[] | null;
  value: MoodFilter;
  onChange: (mood: MoodFilter) => void;
}

export function MoodRow({ moods, counts, value, onChange }: MoodRowProps) {
  const countOf = (mood: MoodFilter) => {
    if (counts === null) return null;
    return counts.reduce((sum, one) => (mood === null || one.mood === mood ? sum + one.files : sum), 0);
  };

  return (
    <nav className="mood-row" aria-label={words.moods.label}>
      {[null, ...moods].map((mood) => (
        <MoodChip
          key={mood ?? "*"}
          mood={mood}
          count={countOf(mood)}
          pressed={mood === value}
          onClick={() => onChange(mood)}
        />
      ))}
    </nav>
  );
}

interface MoodChipProps {
  mood: MoodFilter;
  count: number | null;
  pressed: boolean;
  onClick: () => void;
}

function MoodChip({ mood, count, pressed, onClick }: MoodChipProps) {
  const name = mood === null ? words.moods.all : moodName(mood);
  return (
    <button
      type="button"
      className="mood-chip"
      data-hue={moodHue(mood)}
      aria-pressed={pressed}
      aria-label={words.moods.filter(name, count)}
      onClick={onClick}
    >
      <Shape name={moodShape(mood)} size={24} />
      <span className="mood-chip-name">{name}</span>{" "}
      <span className="mood-chip-count numbers">{count === null ? "" : locale.number(count)}</span>
    </button>
  );
}
