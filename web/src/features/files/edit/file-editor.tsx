/** The form for a file's editable fields. Each is saved when it is left, whichever way: there is no button for it. */
import { useEffect, useEffectEvent, useState } from "react";
import { moodName, type Mood } from "../../../lib/moods";
import type { FileEdits, FileRecord } from "../../../lib/types";
import { useLeaveWarning } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import "./edit-form.css";
import { parseTags } from "./tags";

export interface FileEditorProps {
  file: FileRecord;
  moods: readonly Mood[];
  /** Resolves to false if saving failed and the person may try again. */
  onSave: (edits: FileEdits) => Promise<boolean>;
}

interface Draft {
  title: string;
  artist: string;
  album: string;
  /** Empty for none. */
  mood: Mood;
  tags: string;
  visibility: FileRecord["visibility"];
  filename: string;
}

export function FileEditor({ file, moods, onSave }: FileEditorProps) {
  // Only what the person changed, so that it survives a new cover or an edit made elsewhere.
  const [changes, setChanges] = useState<Partial<Draft>>({});
  const before = draftOf(file);
  const draft = { ...before, ...changes };
  const edits = editsBetween(before, draft);
  const unchanged = Object.keys(edits).length === 0;
  const set = (change: Partial<Draft>) => setChanges((now) => ({ ...now, ...change }));
  const save = async () => {
    if (!unchanged && (await onSave(edits))) setChanges((now) => without(now, changes));
  };
  useSavedAtTheEnd(save);
  useLeaveWarning(!unchanged);

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- hears when one of its fields is left
    <form
      className="edit-form"
      aria-label={words.edit.one}
      onBlur={() => void save()}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field label={words.add.title} value={draft.title} onChange={(title) => set({ title })} />
      <Field label={words.add.artist} value={draft.artist} onChange={(artist) => set({ artist })} />
      <Field label={words.edit.album} value={draft.album} onChange={(album) => set({ album })} />
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

/** Return what was typed while the rest was being saved. */
function without(now: Partial<Draft>, saved: Partial<Draft>): Partial<Draft> {
  const before: Partial<Record<string, unknown>> = { ...saved };
  return Object.fromEntries(Object.entries(now).filter(([field, value]) => before[field] !== value));
}

/** Save what is still unsaved when the form goes away: an element that is removed is not left. */
function useSavedAtTheEnd(save: () => Promise<void>): void {
  const saveNow = useEffectEvent(save);
  useEffect(() => () => void saveNow(), []);
}

/** The service's limit, in characters. */
const MAX_LENGTH = 200;
/** In bytes; the service cuts what is longer and keeps the extension. */
const MAX_NAME_LENGTH = 255;
/** Twenty tags of forty letters, and the commas. */
const MAX_TAGS_LENGTH = 860;

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
        maxLength={hint ? MAX_TAGS_LENGTH : required ? MAX_NAME_LENGTH : MAX_LENGTH}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint && <small>{hint}</small>}
    </label>
  );
}

function draftOf(file: FileRecord): Draft {
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
function editsBetween(before: Draft, after: Draft): FileEdits {
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
