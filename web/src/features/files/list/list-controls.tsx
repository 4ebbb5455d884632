/** Controls above the list: kind of file, order, and selecting several. */
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { FILE_KINDS, type FileKind } from "../file-kind";
import { SORTS, TYPES, type LibraryQuery, type Sort } from "./library-query";
import "./list-controls.css";

export interface ListControlsProps {
  query: LibraryQuery;
  /** The content types allowed here; no other kind is offered. */
  allowed: readonly string[];
  onChange: (change: Partial<LibraryQuery>) => void;
  onSelect: () => void;
}

export function ListControls({ query, allowed, onChange, onSelect }: ListControlsProps) {
  const kinds = kindsOf(allowed);
  return (
    <div className="list-controls">
      {kinds.length > 1 && (
        <Choice
          label={words.search.kind}
          value={query.kind ?? ""}
          options={["" as const, ...kinds].map((kind) => [kind, kind ? words.search.kinds[kind] : words.search.anyKind])}
          onChange={(kind) => onChange({ kind: kind || null })}
        />
      )}
      <Choice<Sort>
        label={words.search.sort}
        value={query.sort}
        options={SORTS.map((sort) => [sort, words.search.sorts[sort]])}
        onChange={(sort) => onChange({ sort })}
      />
      <Button className="button-small" onClick={onSelect}>
        {words.select.begin}
      </Button>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <select
      className="choice"
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options[event.target.selectedIndex];
        if (chosen) onChange(chosen[0]);
      }}
    >
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** image/png counts as a picture, like image/*. */
function kindsOf(allowed: readonly string[]): FileKind[] {
  return FILE_KINDS.filter((kind) =>
    allowed.some((type) => (kind === "page" ? type === TYPES.page : classOf(type) === classOf(TYPES[kind]))),
  );
}

function classOf(type: string): string | undefined {
  return type.split("/")[0];
}
