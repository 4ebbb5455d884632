/** One file in a row above the library. */
import { coverOf } from "../../../lib/cover-of";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { Cover } from "../../../ui/cover";

export interface TileProps {
  file: FileRecord;
  /** How far it was played, or why it comes. */
  note: string;
  label: (title: string) => string;
  onPlay: () => void;
}

export function Tile({ file, note, label, onPlay }: TileProps) {
  const title = titleOf(file);
  return (
    <li>
      <button type="button" className="tile" aria-label={`${label(title)}. ${note}`} onClick={onPlay}>
        <Cover {...coverOf(file, 96)} />
        <span className="tile-words">
          <span className="ellipsis" dir="auto">
            {title}
          </span>{" "}
          <span className="ellipsis soft" dir="auto">
            {note}
          </span>
        </span>
      </button>
    </li>
  );
}
