/** The mood of one song among many: the same choice as the large keys, in one quiet line. */
import { useId } from "react";
import { moodHue, moodName, moodShape, type Mood } from "../../lib/moods";
import { Shape } from "../../ui/shape";
import "./mood-chips.css";

export interface MoodChipsProps {
  label: string;
  moods: readonly Mood[];
  value: Mood;
  onChange: (mood: Mood) => void;
}

export function MoodChips({ label, moods, value, onChange }: MoodChipsProps) {
  const group = useId();
  return (
    <div className="draft-moods" role="radiogroup" aria-label={label}>
      {moods.map((mood) => (
        <label key={mood} className="draft-mood" data-hue={moodHue(mood)}>
          <input type="radio" name={group} value={mood} checked={mood === value} onChange={() => onChange(mood)} />
          <Shape name={moodShape(mood)} size={16} />
          <span>{moodName(mood)}</span>
        </label>
      ))}
    </div>
  );
}
