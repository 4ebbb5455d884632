/** One form for many files: untouched fields stay as they are. */
import { useState, type FormEvent } from "react";
import { moodName, type Mood } from "../../../lib/moods";
import type { FileRecord } from "../../../lib/types";
import { useUnsaved } from "../../../lib/use-unsaved";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { CoverEditor } from "./cover-editor";
import "./edit-form.css";
import { editMany, type ManyEdits } from "./edit-many";
import { shorten } from "../../../lib/shorten";
import { parseTags } from "../../../lib/tags";

export interface EditManyDialogProps {
  files: readonly FileRecord[];
  moods: readonly Mood[];
  onPut: (file: FileRecord) => void;
  onClose: () => void;
  /** Called once the change is under way. */
  onDone: () => void;
}

/** No mood has this value: moods have names. */
const KEEP = "";
const NO_MOOD = "-";

export function EditManyDialog({ files, moods, onPut, onClose, onDone }: EditManyDialogProps) {
  const [artist, setArtist] = useState("");
  const [album, setAlbum] = useState("");
  const [cover, setCover] = useState<File | null>(null);
  const [mood, setMood] = useState(KEEP);
  const [visibility, setVisibility] = useState<"" | "private" | "public">(KEEP);
  const [added, setAdded] = useState("");
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const unsaved = useUnsaved(cover !== null || [artist, album].some((text) => text.trim() !== "") || mood !== KEEP || visibility !== KEEP || added.trim() !== "" || removed.length > 0);
  const present = [...new Set(files.flatMap((file) => file.tags ?? []))].toSorted((a, b) => a.localeCompare(b));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const edits: ManyEdits = {
      ...(artist.trim() && { artist: artist.trim() }),
      ...(album.trim() && { album: album.trim() }),
      ...(cover && { cover }),
      ...(mood !== KEEP && { mood: mood === NO_MOOD ? null : mood }),
      ...(visibility !== KEEP && { visibility }),
      add_tags: parseTags(added),
      remove_tags: removed,
    };
    void editMany(files, edits, onPut);
    onClose();
    onDone();
  };

  return (
    <Dialog
      title={words.edit.many(files.length)}
      closeLabel={words.files.actions.close}
      unsaved={unsaved}
      onClose={onClose}
    >
      <form className="edit-form" onSubmit={submit}>
        <TextField label={words.add.artist} value={artist} onChange={setArtist} />
        <TextField label={words.edit.album} value={album} onChange={setAlbum} />
        <div className="edit-cover">
          <CoverEditor hasCover={false} onChange={setCover} />
          {cover && <span className="soft ellipsis">{cover.name}</span>}
        </div>
        <label className="edit-field">
          {words.edit.mood}
          <select value={mood} onChange={(event) => setMood(event.target.value)}>
            <option value={KEEP}>{words.edit.keep}</option>
            {moods.map((one) => (
              <option key={one} value={one}>
                {moodName(one)}
              </option>
            ))}
            <option value={NO_MOOD}>{words.edit.noMood}</option>
          </select>
        </label>
        <label className="edit-field">
          {words.edit.addTags}
          <input value={added} onChange={(event) => setAdded(event.target.value)} />
          <small>{words.edit.tagsHint}</small>
        </label>
        {present.length > 0 && (
          <fieldset className="edit-tags">
            <legend>{words.edit.removeTags}</legend>
            {present.map((tag) => (
              <label key={tag}>
                <input
                  type="checkbox"
                  checked={removed.includes(tag)}
                  onChange={() => setRemoved((before) => toggleTag(before, tag))}
                />
                {tag}
              </label>
            ))}
          </fieldset>
        )}
        <label className="edit-field">
          {words.edit.visibility}
          <select
            value={visibility}
            onChange={(event) => setVisibility((["private", "public"] as const).find((one) => one === event.target.value) ?? KEEP)}
          >
            <option value={KEEP}>{words.edit.keep}</option>
            <option value="private">{words.edit.private}</option>
            <option value="public">{words.edit.public}</option>
          </select>
        </label>
        <div className="edit-end">
          <Button onClick={() => unsaved.leave(onClose)}>{words.add.cancel}</Button>
          <Button type="submit" tone="primary">
            {words.edit.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function TextField({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  return (
    <label className="edit-field">
      {label}
      <input dir="auto" placeholder={words.edit.keep} value={value} onChange={(event) => onChange(shorten(event.target.value))} />
    </label>
  );
}

function toggleTag(tags: readonly string[], tag: string): readonly string[] {
  return tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag];
}
