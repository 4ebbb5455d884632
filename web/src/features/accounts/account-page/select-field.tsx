/** A choice in a form, with its label. */
import { useId } from "react";

export interface SelectFieldProps {
  label: string;
  name: string;
  defaultValue: string;
  /** What is shown, by what is sent. */
  options: Readonly<Record<string, string>>;
}

export function SelectField({ label, options, ...select }: SelectFieldProps) {
  const id = useId();
  return (
    <div className="account-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="account-select" {...select}>
        {Object.entries(options).map(([value, shown]) => (
          <option key={value} value={value}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
}
