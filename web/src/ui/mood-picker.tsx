/** Choose one mood: native radio buttons drawn as keys. */
import { useId } from "react";
import { moodHue, moodName, moodShape, type Mood } from "../lib/moods";
import { Shape } from "./shape";
import "./mood-picker.css";

export interface MoodPickerProps {
  label: string;
  moods: readonly Mood[];
  /** Null while none is chosen. */
  value: Mood | null;
  /** One quiet line, for one file among many; its label is not drawn. */
  small?: boolean;
  onChange: (mood: Mood) => void;
}

export function MoodPicker({ label, moods, value, small = false, onChange }: MoodPickerProps) {
  const group = useId();

  return (
    <fieldset className="mood-picker" data-small={small || undefined}>
      <legend className={small ? "visually-hidden" : undefined}>{label}</legend>
      <div className="mood-keys">
        {moods.map((mood) => (
          <label key={mood} className="mood-key" data-hue={moodHue(mood)}>
            <input type="radio" name={group} value={mood} checked={mood === value} onChange={() => onChange(mood)} />
            <Shape name={moodShape(mood)} size={small ? 16 : 22} />
            <span>{moodName(mood)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
