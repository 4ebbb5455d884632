/** Choose one mood: native radio buttons, drawn as three large keys. */
import { useId } from "react";
import { moodHue, moodName, moodShape, type Mood } from "../lib/moods";
import { Shape } from "./shape";
import "./mood-picker.css";

export interface MoodPickerProps {
  label: string;
  moods: readonly Mood[];
  /** Null while none is chosen. */
  value: Mood | null;
  onChange: (mood: Mood) => void;
}

export function MoodPicker({ label, moods, value, onChange }: MoodPickerProps) {
  const group = useId();

  return (
    <fieldset className="mood-picker">
      <legend>{label}</legend>
      <div className="mood-keys">
        {moods.map((mood) => (
          <label key={mood} className="mood-key" data-hue={moodHue(mood)}>
            <input type="radio" name={group} value={mood} checked={mood === value} onChange={() => onChange(mood)} />
            <Shape name={moodShape(mood)} size={22} />
            <span>{moodName(mood)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
