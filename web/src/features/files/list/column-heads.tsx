/** The heads of the list's columns, where it has columns: a press sorts by one. */
import { words } from "../../../lib/words";
import { Icon } from "../../../ui/icon";
import type { LibraryQuery, Sort } from "./library-query";

export interface ColumnHeadsProps {
  sort: Sort;
  /** The rows have no column of moods. */
  oneMood: boolean;
  onChange: (change: Partial<LibraryQuery>) => void;
}

/** Which order each head stands for; pressed again, the last one turns round. */
const HEADS: readonly (readonly [keyof typeof words.search.columns, Sort])[] = [
  ["title", "title"],
  ["artist", "artist"],
  ["album", "album"],
  ["length", "longest"],
  ["added", "newest"],
];

export default function ColumnHeads({ sort, oneMood, onChange }: ColumnHeadsProps) {
  return (
    <div className="column-heads" data-one-mood={oneMood || undefined}>
      {HEADS.map(([name, order]) => {
        const pressed = sort === order || (order === "newest" && sort === "oldest");
        const up = pressed && order !== "longest" && sort !== "newest";
        return (
          <button
            key={name}
            type="button"
            className={`column-head column-${name}`}
            aria-pressed={pressed}
            title={words.search.sorts[pressed ? sort : order]}
            onClick={() => onChange({ sort: sort === "newest" && order === "newest" ? "oldest" : order })}
          >
            {words.search.columns[name]}
            {pressed && <Icon name={up ? "up" : "fold"} size={14} />}
          </button>
        );
      })}
    </div>
  );
}
