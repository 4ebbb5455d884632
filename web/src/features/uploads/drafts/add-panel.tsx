/** The panel that opens over chosen files: their moods, their names, and one button. Without a file, a place to drop some. */
import type { Draft, KnownFile, FileMeta } from "@moodrop/uploads";
import { useState, type FormEvent } from "react";
import type { Mood } from "../../../lib/moods";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { MoodPicker } from "../../../ui/mood-picker";
import "./add-panel.css";
import { DraftRow } from "./draft-row";
import { DropArea } from "./drop-area";
import { FileSources } from "../choose/file-sources";
import { KnownFiles } from "./known-files";
import type { OnFiles } from "../choose/left-out";

export interface AddPanelProps {
  drafts: readonly Draft[];
  /** Drafts that the library has already. */
  known: readonly KnownFile[];
  /** Sentences about the files that were left out, each for one or several. */
  refused: readonly string[];
  /** How many files were left out. */
  refusedCount: number;
  moods: readonly Mood[];
  /** The mood of the files chosen next. */
  mood: Mood;
  limits: string;
  accept: readonly string[];
  /** Sets the mood of all drafts. */
  onMood: (mood: Mood) => void;
  onEdit: (local_id: string, meta: Partial<FileMeta>) => void;
  onLeaveOut: (local_id: string) => void;
  onSkipKnown: () => void;
  onKeepKnown: () => void;
  onFiles: OnFiles;
  /** Close the panel and keep the drafts. */
  onClose: () => void;
  /** Close the panel and drop the drafts. */
  onCancel: () => void;
  onStart: () => void;
}

export function AddPanel(props: AddPanelProps) {
  const { drafts, refused, refusedCount, moods, mood, onMood, onClose } = props;
  const isEmpty = drafts.length === 0;
  const bytes = drafts.reduce((sum, draft) => sum + draft.size_bytes, 0);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isEmpty) props.onStart();
  };

  return (
    <Dialog
      title={words.add.panel}
      closeLabel={words.add.close}
      onClose={onClose}
      aside={isEmpty ? null : <p className="soft numbers">{words.add.count(drafts.length, bytes)}</p>}
    >
      <form className="add-panel" onSubmit={submit}>
        <div className="add-panel-body">
          <MoodPicker
            label={drafts.length > 1 ? words.add.moodMany : words.add.mood}
            moods={moods}
            value={isEmpty ? mood : sharedMood(drafts)}
            onChange={onMood}
          />
          {refused.length > 0 && <Refused count={refusedCount} reasons={refused} />}
          {props.known.length > 0 && <KnownFiles {...props} />}
          {isEmpty ? <DropArea {...props} /> : <DraftList {...props} />}
        </div>
        {!isEmpty && <PanelFoot {...props} />}
      </form>
    </Dialog>
  );
}

/** Rows drawn at a time: a folder may hold hundreds. */
const PAGE = 20;

function DraftList({ drafts, known, moods, onEdit, onLeaveOut }: AddPanelProps) {
  const [shown, setShown] = useState(PAGE);
  /** Undefined until a person opens or closes one: then a file that is alone shows its fields. */
  const [opened, setOpened] = useState<string | null>();
  const isOnly = drafts.length === 1;
  const knownIds = new Set(known.map(({ local_id }) => local_id));
  const hidden = drafts.length - shown;
  return (
    <>
      <ul className="draft-list">
        {drafts.slice(0, shown).map((draft) => (
          <DraftRow
            key={draft.local_id}
            draft={draft}
            known={knownIds.has(draft.local_id)}
            moods={isOnly ? NO_MOODS : moods}
            open={opened === undefined ? isOnly : opened === draft.local_id}
            onOpen={(open) => setOpened(open ? draft.local_id : null)}
            onEdit={(meta) => onEdit(draft.local_id, meta)}
            onLeaveOut={() => onLeaveOut(draft.local_id)}
          />
        ))}
      </ul>
      {hidden > 0 && <Button onClick={() => setShown(shown + PAGE)}>{words.add.showMore(hidden)}</Button>}
    </>
  );
}

const NO_MOODS: readonly Mood[] = [];

function PanelFoot({ drafts, accept, onFiles, onCancel }: AddPanelProps) {
  return (
    <footer className="add-panel-foot">
      <div className="add-panel-actions">
        <FileSources first={false} accept={accept} onFiles={onFiles} />
        <span className="add-panel-gap" />
        <Button className="add-panel-cancel" onClick={onCancel}>
          {words.add.cancel}
        </Button>
        <Button tone="primary" type="submit">
          {words.add.upload(drafts.length)}
        </Button>
      </div>
    </footer>
  );
}

/** A folder may hold a hundred refused files: the first few reasons are enough. */
const MAX_REASONS = 5;

function Refused({ count, reasons }: { count: number; reasons: readonly string[] }) {
  return (
    <div className="refused" role="alert">
      <p className="refused-title">{words.add.refusedTitle(count)}</p>
      <ul>
        {reasons.slice(0, MAX_REASONS).map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
        {reasons.length > MAX_REASONS && <li>{words.uploads.rest(reasons.length - MAX_REASONS)}</li>}
      </ul>
    </div>
  );
}

/** Return the mood that all drafts share; null if they differ. */
function sharedMood(drafts: readonly Draft[]): Mood | null {
  const moods = new Set(drafts.map(({ meta }) => meta.mood));
  const [only = null] = moods;
  return moods.size === 1 ? only : null;
}
