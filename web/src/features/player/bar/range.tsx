/** A native slider, filled up to the thumb. */
import type { CSSProperties } from "react";
import "./range.css";

export interface RangeProps {
  label: string;
  value: number;
  max: number;
  step: number;
  /** What a screen reader says instead of the bare number. */
  text: string;
  disabled?: boolean;
  onChange: (value: number) => void;
}

export function Range({ label, value, max, step, text, disabled = false, onChange }: RangeProps) {
  const filled = max > 0 ? (Math.min(value, max) / max) * 100 : 0;
  const style: CSSProperties & { "--filled": string } = { "--filled": `${filled}%` };
  return (
    <input
      type="range"
      className="range"
      aria-label={label}
      aria-valuetext={text}
      min={0}
      max={max}
      step={step}
      value={Math.min(value, max)}
      disabled={disabled}
      style={style}
      onChange={(event) => onChange(event.target.valueAsNumber)}
    />
  );
}
