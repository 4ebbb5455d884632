/** The moods as small chips under the bar, once their row is scrolled away. A chunk of its own. */
import { moodHue, moodName, moodShape, type Mood, type MoodFilter } from "../../../lib/moods";
import { words } from "../../../lib/words";
import { Shape } from "../../../ui/shape";
import "./sticky-moods.css";

export interface StickyMoodsProps {
  moods: readonly Mood[];
  value: MoodFilter;
  onChange: (mood: MoodFilter) => void;
}

export default function StickyMoods({ moods, value, onChange }: StickyMoodsProps) {
  return (
    <fieldset className="sticky-moods" aria-label={words.moods.label}>
      {[null, ...moods].map((mood) => (
        <button
          key={mood ?? "*"}
          type="button"
          className="sticky-mood"
          data-hue={moodHue(mood)}
          aria-pressed={mood === value}
          onClick={() => onChange(mood)}
        >
          <Shape name={moodShape(mood)} size={16} />
          {mood === null ? words.moods.all : moodName(mood)}
        </button>
      ))}
    </fieldset>
  );
}
