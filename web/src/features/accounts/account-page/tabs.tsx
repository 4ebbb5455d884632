/** Tabs as WAI-ARIA has them: one of them is in the order of Tab, the arrows go through all. */
import { useId, type KeyboardEvent, type ReactNode } from "react";

export interface TabsProps<T extends string> {
  label: string;
  names: readonly T[];
  labels: Readonly<Record<T, string>>;
  value: T;
  onChange: (name: T) => void;
  /** What the chosen tab shows. */
  children: ReactNode;
}

export function Tabs<T extends string>({ label, names, labels, value, onChange, children }: TabsProps<T>) {
  const id = useId();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const next = names[indexFor(event, names.indexOf(value), names.length)];
    if (next === undefined) return;
    event.preventDefault();
    onChange(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- its tabs take the focus */}
      <div className="account-tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {names.map((name) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={name === value}
            aria-controls={`${id}-panel`}
            tabIndex={name === value ? 0 : -1}
            onClick={() => onChange(name)}
          >
            {labels[name]}
          </button>
        ))}
      </div>
      <div className="account-panel" id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${value}`}>
        {children}
      </div>
    </>
  );
}

/** The tab that a key goes to; -1 for other keys. The arrows follow the direction of the language. */
function indexFor(event: KeyboardEvent<HTMLElement>, at: number, count: number): number {
  const isMirrored = document.documentElement.dir === "rtl";
  switch (event.key) {
    case "ArrowRight":
      return (at + (isMirrored ? count - 1 : 1)) % count;
    case "ArrowLeft":
      return (at + (isMirrored ? 1 : count - 1)) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return -1;
  }
}
