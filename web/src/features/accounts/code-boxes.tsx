/** Six boxes for a code. One input lies over them, so that paste, autofill and screen readers meet a field like any. */
import { useId, useState, type ChangeEvent } from "react";
import { useAccountWords } from "./account-words";
import { firstEmpty, useFieldError } from "./form";

const LENGTH = 6;
const PLACES = Array.from({ length: LENGTH }, (_, place) => place);

export function CodeBoxes() {
  const words = useAccountWords();
  const id = useId();
  const error = useFieldError("code");
  const [code, setCode] = useState("");

  const onChange = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const next = digitsOf(target.value).slice(0, LENGTH);
    setCode(next);
    // The form reads the field itself, which React fills only after this event.
    target.value = next;
    if (next.length < LENGTH || next === code) return;
    const missing = firstEmpty(target.form, "[required]");
    if (missing) missing.focus();
    else target.form?.requestSubmit();
  };

  return (
    <div className="account-field">
      <label htmlFor={id}>{words.fields.code}</label>
      <div className="code-boxes" dir="ltr">
        <input
          id={id}
          name="code"
          required
          value={code}
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9]*"
          spellCheck={false}
          aria-invalid={error !== null}
          aria-describedby={error ? `${id}-error` : undefined}
          onChange={onChange}
        />
        {PLACES.map((place) => (
          <span key={place} aria-hidden="true" data-next={place === Math.min(code.length, LENGTH - 1) || undefined}>
            {code[place]}
          </span>
        ))}
      </div>
      {error && (
        <p id={`${id}-error`} className="account-error">
          {error}
        </p>
      )}
    </div>
  );
}

export function isComplete(code: string): boolean {
  return code.length === LENGTH;
}

/** Also of "123 456", and of digits as Arabic keyboards write them. */
export function digitsOf(text: string): string {
  return text.replaceAll(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 15)).replaceAll(/\D/g, "");
}
