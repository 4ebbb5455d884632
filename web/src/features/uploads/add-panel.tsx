/** What opens when songs are chosen: their mood, their names, and one button. */
import type { Draft } from "@moodrop/uploads";
import type { FormEvent } from "react";
import type { Mood } from "../../lib/moods";
import { words } from "../../lib/words";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { MoodPicker } from "../../ui/mood-picker";
import "./add-panel.css";
import { DraftRow } from "./draft-row";
import { useFileChooser } from "./use-file-chooser";

export interface AddPanelProps {
  drafts: readonly Draft[];
  /** One sentence for each file that was left out. */
  refused: readonly string[];
  moods: readonly Mood[];
  mood: Mood;
  limits: string;
  accept: readonly string[];
  onMood: (mood: Mood) => void;
  onEdit: (local_id: string, details: { title?: string; artist?: string }) => void;
  onLeaveOut: (local_id: string) => void;
  onFiles: (files: File[]) => void;
  onCancel: () => void;
  onStart: () => void;
}

export function AddPanel(props: AddPanelProps) {
  const { drafts, refused, moods, mood, onMood, onCancel } = props;
  const bytes = drafts.reduce((sum, draft) => sum + draft.size_bytes, 0);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (drafts.length > 0) props.onStart();
  };

  return (
    <Dialog
      title={words.add.panel}
      closeLabel={words.add.close}
      onClose={onCancel}
      aside={<p className="soft numbers">{drafts.length > 0 ? words.add.count(drafts.length, bytes) : words.add.none}</p>}
    >
      <form className="add-panel" onSubmit={submit}>
        <div className="add-panel-body">
          <MoodPicker
            label={drafts.length > 1 ? words.add.moodMany : words.add.mood}
            moods={moods}
            value={mood}
            onChange={onMood}
          />
          {refused.length > 0 && <Refused reasons={refused} />}
          <ul className="draft-list">
            {drafts.map((draft) => (
              <DraftRow
                key={draft.local_id}
                draft={draft}
                onEdit={(details) => props.onEdit(draft.local_id, details)}
                onLeaveOut={() => props.onLeaveOut(draft.local_id)}
              />
            ))}
          </ul>
        </div>
        <PanelFoot {...props} />
      </form>
    </Dialog>
  );
}

function PanelFoot({ drafts, limits, accept, onFiles, onCancel }: AddPanelProps) {
  const label = drafts.length > 0 ? words.add.more : words.add.choose;
  const chooser = useFileChooser({ label, accept, onFiles });
  return (
    <footer className="add-panel-foot">
      <p className="soft">{limits}</p>
      {chooser.input}
      <div className="add-panel-actions">
        <Button icon="plus" onClick={chooser.open}>
          {label}
        </Button>
        <span className="add-panel-gap" />
        <Button className="add-panel-cancel" onClick={onCancel}>
          {words.add.cancel}
        </Button>
        <Button look="primary" type="submit" disabled={drafts.length === 0}>
          {words.add.upload(drafts.length)}
        </Button>
      </div>
    </footer>
  );
}

function Refused({ reasons }: { reasons: readonly string[] }) {
  return (
    <div className="refused" role="alert">
      <p className="refused-title">{words.add.refusedTitle(reasons.length)}</p>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </div>
  );
}
