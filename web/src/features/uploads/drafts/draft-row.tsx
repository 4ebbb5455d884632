/** One chosen file before it is sent: one line, which opens the fields where its picture, names and mood are edited. */
import type { Draft, FileMeta } from "@moodrop/uploads";
import { useId } from "react";
import { clock } from "../../../lib/format";
import { moodHue, moodName, moodShape, type Mood } from "../../../lib/moods";
import { locale, words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";
import { Shape } from "../../../ui/shape";
import { nameOf } from "../name-of";
import { Thumbnail } from "../thumbnail";
import { DraftFields } from "./draft-fields";
import "./draft-row.css";

export interface DraftRowProps {
  draft: Draft;
  /** The library has the file already. */
  known: boolean;
  /** Moods to choose from; empty if one choice is made for all. */
  moods: readonly Mood[];
  /** The fields are shown. */
  open: boolean;
  onOpen: (open: boolean) => void;
  onEdit: (meta: Partial<FileMeta>) => void;
  onLeaveOut: () => void;
}

export function DraftRow({ draft, known, moods, open, onOpen, onEdit, onLeaveOut }: DraftRowProps) {
  const fieldsId = useId();
  return (
    <li className="draft-row" data-open={open || undefined}>
      <div className="draft-line">
        <button type="button" className="draft-open" aria-expanded={open} aria-controls={open ? fieldsId : undefined} onClick={() => onOpen(!open)}>
          {!open && <Thumbnail draft={draft} />}
          <Summary draft={draft} known={known} />
        </button>
        <IconButton icon="close" size={16} label={words.add.remove(draft.filename)} onClick={onLeaveOut} />
      </div>
      {open && <DraftFields id={fieldsId} draft={draft} moods={moods} onEdit={onEdit} />}
    </li>
  );
}

function Summary({ draft, known }: { draft: Draft; known: boolean }) {
  const { size_bytes, meta } = draft;
  return (
    <>
      <span className="draft-name ellipsis">
        <bdi className="draft-title">{nameOf(draft)}</bdi> {meta.artist && <bdi className="draft-artist soft">{meta.artist}</bdi>}
      </span>{" "}
      {known && <strong className="draft-known">{words.add.isKnown}</strong>}{" "}
      <span className="draft-length numbers soft">
        {meta.duration_seconds === null ? locale.bytes(size_bytes) : clock(meta.duration_seconds)}
      </span>{" "}
      {meta.mood && (
        <span className="draft-mood" data-hue={moodHue(meta.mood)}>
          <Shape name={moodShape(meta.mood)} />
          <span className="visually-hidden">{moodName(meta.mood)}</span>
        </span>
      )}
    </>
  );
}
