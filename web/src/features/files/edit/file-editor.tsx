/** The form for a file's editable fields. Each is saved when it is left, whichever way: there is no button for it. */
import { useEffect, useEffectEvent, useState } from "react";
import { moodName, type Mood } from "../../../lib/moods";
import type { FileEdits, FileRecord } from "../../../lib/types";
import { useLeaveWarning } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import "./edit-form.css";
import { keepEdits, unsavedEdits, releaseEdits, without, type FileDraft } from "./unsaved-edits";
import { shorten } from "../../../lib/shorten";
import { parseTags } from "../../../lib/tags";

export interface FileEditorProps {
  file: FileRecord;
  moods: readonly Mood[];
  /** Resolves to false if saving failed and the person may try again. */
  onSave: (edits: FileEdits) => Promise<boolean>;
}

export function FileEditor({ file, moods, onSave }: FileEditorProps) {
  // Only what the person changed, so that it survives a new cover or an edit made elsewhere.
  const [changes, setChanges] = useState(() => unsavedEdits(file.file_id));
  const [isOffered, setOffered] = useState(Object.keys(changes).length > 0);
  const before = draftOf(file);
  const draft = { ...before, ...changes };
  const edits = editsBetween(before, draft);
  const unchanged = Object.keys(edits).length === 0;
  const set = (change: Partial<FileDraft>) => setChanges((now) => ({ ...now, ...change }));
  const save = async () => {
    if (unchanged) return releaseEdits(file.file_id);
    if (!(await onSave(edits))) return;
    releaseEdits(file.file_id, changes);
    setChanges((now) => without(now, changes));
  };
  useAtTheEnd(() => {
    if (!unchanged) keepEdits(file.file_id, changes);
    void save();
  });
  const discard = () => {
    releaseEdits(file.file_id);
    setChanges({});
    setOffered(false);
  };
  useLeaveWarning(!unchanged);

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- hears when one of its fields is left
    <form
      className="edit-form"
      aria-label={words.edit.one}
      onBlur={({ target, relatedTarget }) => {
        if (!isOfOffer(target) && !isOfOffer(relatedTarget)) void save();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {isOffered && !unchanged && <Offer onDiscard={discard} />}
      <Field label={words.add.title} value={draft.title} onChange={(typed) => set({ title: shorten(typed) })} />
      <Field label={words.add.artist} value={draft.artist} onChange={(typed) => set({ artist: shorten(typed) })} />
      <Field label={words.edit.album} value={draft.album} onChange={(typed) => set({ album: shorten(typed) })} />
      <Field label={words.edit.tags} hint={words.edit.tagsHint} value={draft.tags} onChange={(tags) => set({ tags })} />
      <label className="edit-field">
        {words.edit.mood}
        <select value={draft.mood} onChange={(event) => set({ mood: event.target.value })}>
          {moods.map((mood) => (
            <option key={mood} value={mood}>
              {moodName(mood)}
            </option>
          ))}
          <option value="">{words.edit.noMood}</option>
        </select>
      </label>
      <label className="edit-field">
        {words.edit.visibility}
        <select
          value={draft.visibility}
          onChange={(event) => set({ visibility: event.target.value === "public" ? "public" : "private" })}
        >
          <option value="private">{words.edit.private}</option>
          <option value="public">{words.edit.public}</option>
        </select>
      </label>
      <Field label={words.page.facts.name} required value={draft.filename} onChange={(filename) => set({ filename })} />
      {/* Enter saves as well: a form needs a button for it. */}
      <input type="submit" hidden />
    </form>
  );
}

/** What could not be saved before is in the fields again. Submitting the form saves it. */
function Offer({ onDiscard }: { onDiscard: () => void }) {
  return (
    <div className="edit-offer" role="alert">
      <p>{words.edit.notSaved}</p>
      <Button type="submit" tone="primary" className="button-small">
        {words.edit.save}
      </Button>
      <Button className="button-small" onClick={onDiscard}>
        {words.unsaved.discard}
      </Button>
    </div>
  );
}

/** On the way to its buttons nothing is saved: one of them discards. */
function isOfOffer(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".edit-offer") !== null;
}

/** Run `act` when the form goes away: an element that is removed is not left. */
function useAtTheEnd(act: () => void): void {
  const actNow = useEffectEvent(act);
  useEffect(() => () => actNow(), []);
}

/** In bytes; the service cuts what is longer and keeps the extension. */
const MAX_NAME_LENGTH = 255;

interface FieldProps {
  label: string;
  hint?: string;
  required?: boolean;
  value: string;
  onChange: (value: string) => void;
}

function Field({ label, hint, required, value, onChange }: FieldProps) {
  return (
    <label className="edit-field">
      {label}
      <input
        dir="auto"
        required={required}
        value={value}
        maxLength={required ? MAX_NAME_LENGTH : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint && <small>{hint}</small>}
    </label>
  );
}

function draftOf(file: FileRecord): FileDraft {
  return {
    title: file.title ?? "",
    artist: file.artist ?? "",
    album: file.album ?? "",
    mood: file.mood ?? "",
    tags: (file.tags ?? []).join(", "),
    visibility: file.visibility ?? "private",
    filename: file.filename,
  };
}

/** Return only changed fields, so that two people who change different fields lose nothing. An emptied field is removed, except the name. */
function editsBetween(before: FileDraft, after: FileDraft): FileEdits {
  const text = (name: "title" | "artist" | "album" | "mood") =>
    before[name] === after[name].trim() ? {} : { [name]: after[name].trim() || null };
  const tags = parseTags(after.tags);
  const filename = after.filename.trim();
  return {
    ...text("title"),
    ...text("artist"),
    ...text("album"),
    ...text("mood"),
    ...(tags.join("\n") !== parseTags(before.tags).join("\n") && { tags }),
    ...(before.visibility !== after.visibility && { visibility: after.visibility }),
    ...(filename && filename !== before.filename && { filename }),
  };
}
