/** The fields of one chosen file: its picture, names and mood. */
import type { Draft, FileMeta } from "@moodrop/uploads";
import { useState } from "react";
import { announce } from "../../../lib/announce";
import { clock } from "../../../lib/format";
import type { Mood } from "../../../lib/moods";
import { shrinkPicture } from "../../../lib/small-picture";
import { shorten } from "../../../lib/shorten";
import { parseTags } from "../../../lib/tags";
import { locale, words } from "../../../lib/words";
import { MoodPicker } from "../../../ui/mood-picker";
import { Thumbnail } from "../thumbnail";
import { useFileChooser } from "../choose/use-file-chooser";

export interface DraftFieldsProps {
  id: string;
  draft: Draft;
  moods: readonly Mood[];
  onEdit: (meta: Partial<FileMeta>) => void;
}

export function DraftFields({ id, draft, moods, onEdit }: DraftFieldsProps) {
  const { filename, content_type, size_bytes, meta } = draft;
  return (
    <div id={id} className="draft-edit">
      <CoverButton draft={draft} onCover={(cover) => onEdit({ cover })} />
      <div className="draft-fields">
        <input
          className="draft-field-title"
          aria-label={words.add.titleOf(filename)}
          placeholder={words.add.title}
          value={meta.title}
          onChange={(event) => onEdit({ title: shorten(event.target.value) })}
        />
        <input
          aria-label={words.add.artistOf(filename)}
          placeholder={words.add.artistUnknown}
          value={meta.artist}
          onChange={(event) => onEdit({ artist: shorten(event.target.value) })}
        />
        {content_type.startsWith("audio/") && (
          <input
            aria-label={words.add.albumOf(filename)}
            placeholder={words.add.albumUnknown}
            value={meta.album}
            onChange={(event) => onEdit({ album: shorten(event.target.value) })}
          />
        )}
        <TagsField filename={filename} tags={meta.tags ?? []} onTags={(tags) => onEdit({ tags })} />
      </div>
      <p className="draft-file soft">
        <span className="ellipsis" dir="auto">{filename}</span>
        <span className="numbers">
          {[meta.duration_seconds === null ? "" : clock(meta.duration_seconds), locale.bytes(size_bytes)].filter(Boolean).join(" · ")}
        </span>
      </p>
      {moods.length > 0 && (
        <MoodPicker
          small
          label={words.add.moodOf(meta.title || filename)}
          moods={moods}
          value={meta.mood}
          onChange={(mood) => onEdit({ mood })}
        />
      )}
    </div>
  );
}

interface TagsFieldProps {
  filename: string;
  tags: readonly string[];
  onTags: (tags: string[]) => void;
}

/** Keeps what is typed: a comma at the end is no tag yet. */
function TagsField({ filename, tags, onTags }: TagsFieldProps) {
  const [text, setText] = useState(() => tags.join(", "));
  const type = (typed: string) => {
    setText(typed);
    onTags(parseTags(typed));
  };
  return (
    <input
      className="draft-field-tags"
      aria-label={words.add.tagsOf(filename)}
      placeholder={words.add.tags}
      value={text}
      onChange={(event) => type(event.target.value)}
    />
  );
}

/** The picture, as a button to choose another. */
function CoverButton({ draft, onCover }: { draft: Draft; onCover: (cover: Blob) => void }) {
  const label = words.add.coverOf(draft.filename);
  const take = ([picture]: File[]) => {
    if (!picture) return;
    const unreadable = () => announce(words.add.unreadable(picture.name), { shown: true });
    shrinkPicture(picture).then(onCover, unreadable);
  };
  const chooser = useFileChooser({ label, accept: ["image/*"], source: "one", onFiles: take });
  return (
    <>
      <button type="button" className="draft-cover" aria-label={label} title={label} onClick={chooser.open}>
        <Thumbnail draft={draft} />
      </button>
      {chooser.input}
    </>
  );
}
