/** The tray at the lower right: all uploads, foldable to one line. */
import { summarise, type FileMeta, type Summary, type UnfinishedUpload, type Upload } from "@moodrop/uploads";
import { useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { durationInWords } from "../../../lib/format";
import type { Mood } from "../../../lib/moods";
import type { FileRecord } from "../../../lib/types";
import { useIsLow } from "../../../lib/use-browser";
import { locale, words } from "../../../lib/words";
import { Button, IconButton } from "../../../ui/button";
import { UnfinishedRow } from "./unfinished-row";
import { isFinished, UploadRow } from "./upload-row";
import "./upload-tray.css";

export interface UploadTrayProps {
  uploads: readonly Upload[];
  /** Uploads that need their files again; drawn after the others. */
  unfinished: readonly UnfinishedUpload[];
  accept: readonly string[];
  moods: readonly Mood[];
  /** The upload whose fields are shown; null: none. */
  opened: string | null;
  actions: TrayActions;
}

export interface TrayActions {
  /** Show the fields of this upload; null: of none. */
  open: (local_id: string | null) => void;
  edit: (upload: Upload, meta: Partial<FileMeta>) => void;
  pause: (upload: Upload) => void;
  /** Resume a paused or failed upload. */
  resume: (upload: Upload) => void;
  remove: (upload: Upload) => void;
  pauseAll: () => void;
  resumeAll: () => void;
  retryAll: () => void;
  cancelAll: () => void;
  clear: () => void;
  play: (files: readonly FileRecord[]) => void;
  /** Returns false if a file belongs to no unfinished upload. */
  continueWith: (files: File[]) => boolean;
  discard: (unfinished: UnfinishedUpload) => void;
}

export function UploadTray({ uploads, unfinished, accept, moods, opened, actions }: UploadTrayProps) {
  const low = useIsLow();
  /** Null until a person folds or unfolds it. */
  const [chosen, setFolded] = useState<boolean | null>(null);
  const listId = useId();
  const tray = useRef<HTMLElement>(null);
  if (uploads.length + unfinished.length === 0) return null;
  const summary = summarise(uploads);
  /** One that is being edited is not over: its fields must not go. */
  const isOver = (upload: Upload) => isFinished(upload) && upload.local_id !== opened;
  const over = unfinished.length === 0 && uploads.every(isOver);
  const folded = chosen ?? (low || over);
  const drawn = uploads.toSorted((one, other) => Number(isOver(one)) - Number(isOver(other))).slice(0, MAX_DRAWN);

  /** Move the focus to the row that takes the removed row's place, or to the tray's own button. */
  const focusAt = (index: number) => {
    const rows = [...(tray.current?.querySelectorAll<HTMLElement>(".upload-row") ?? [])];
    const next = rows[Math.min(index, rows.length - 1)]?.querySelector<HTMLElement>(".upload-head button:last-of-type");
    (next ?? tray.current?.querySelector<HTMLElement>(".upload-tray-fold"))?.focus();
  };
  const removeAt = (index: number, remove: () => void) => {
    flushSync(remove);
    focusAt(index);
  };
  const continueAt = (index: number, files: File[]) => {
    const known = flushSync(() => actions.continueWith(files));
    if (known) focusAt(index);
    return known;
  };

  return (
    <section ref={tray} className="upload-tray" aria-label={words.uploads.label} data-folded={folded || undefined}>
      <header className="upload-tray-head">
        <div className="upload-tray-title">
          <h2>{headline(summary, unfinished.length)}</h2>
          <p className="soft numbers">{subline(summary)}</p>
        </div>
        {over && folded && <PlayButton files={uploads.flatMap(fileOf)} onPlay={actions.play} />}
        {!folded && <TrayButtons summary={summary} actions={actions} />}
        <IconButton
          icon="fold"
          className="upload-tray-fold"
          label={folded ? words.uploads.show : words.uploads.hide}
          aria-expanded={!folded}
          aria-controls={listId}
          onClick={() => setFolded(!folded)}
        />
      </header>
      <ul id={listId} className="upload-list" aria-label={words.uploads.label} hidden={folded}>
        {drawn.map((upload, index) => (
          <UploadRow
            key={upload.local_id}
            upload={upload}
            moods={moods}
            open={upload.local_id === opened}
            onOpen={(open) => actions.open(open ? upload.local_id : null)}
            onEdit={(meta) => actions.edit(upload, meta)}
            onPause={() => actions.pause(upload)}
            onResume={() => actions.resume(upload)}
            onRemove={() => removeAt(index, () => actions.remove(upload))}
          />
        ))}
        {uploads.length > drawn.length && (
          <li className="upload-rest soft">{words.uploads.rest(uploads.length - drawn.length)}</li>
        )}
        {unfinished.map((one, index) => (
          <UnfinishedRow
            key={one.upload_id}
            unfinished={one}
            accept={accept}
            onFiles={(files) => continueAt(drawn.length + index, files)}
            onDiscard={() => removeAt(drawn.length + index, () => actions.discard(one))}
          />
        ))}
      </ul>
    </section>
  );
}

const SOUND_OR_FILM = /^(?:audio|video)\//;

function PlayButton({ files, onPlay }: { files: readonly FileRecord[]; onPlay: TrayActions["play"] }) {
  const playable = files.filter((file) => SOUND_OR_FILM.test(file.content_type));
  if (playable.length === 0) return null;
  return (
    <Button className="button-small" icon="play" onClick={() => onPlay(playable)}>
      {words.files.actions.play}
    </Button>
  );
}

function TrayButtons({ summary: { active, paused, pausing, failed, done }, actions }: { summary: Summary; actions: TrayActions }) {
  const all = paused + pausing === active;
  const buttons = [
    failed > 1 && { label: words.uploads.retryAll, onClick: actions.retryAll },
    active > 1 && (all ? { label: words.uploads.resumeAll, onClick: actions.resumeAll } : { label: words.uploads.pauseAll, onClick: actions.pauseAll }),
    active > 1 && { label: words.uploads.cancelAll, onClick: actions.cancelAll },
    active === 0 && done + failed > 0 && { label: words.uploads.clear, onClick: actions.clear },
  ].filter((button) => button !== false);
  if (buttons.length === 0) return null;
  return (
    <div className="upload-tray-buttons">
      {buttons.map(({ label, onClick }) => (
        <Button key={label} className="button-small" onClick={onClick}>
          {label}
        </Button>
      ))}
    </div>
  );
}

/** Drawing a thousand rows would cost more than the uploads; the rest is counted. */
const MAX_DRAWN = 50;

const fileOf = ({ progress }: Upload) => (progress.status === "done" ? [progress.file] : []);

function headline({ active, paused, pausing, done, failed }: Summary, unfinished: number): string {
  if (pausing > 0 && paused + pausing === active) return words.uploads.pausingCount(pausing);
  if (active > 0 && paused === active) return words.uploads.pausedCount(paused);
  if (active > 0) return words.uploads.sending(active, failed);
  if (done + failed === 0) return words.uploads.unfinished(unfinished);
  return done > 0 ? words.uploads.finished(done) : words.uploads.allFailed(failed);
}

function subline({ active, done, failed, percent, time_left }: Summary): string {
  return [
    active > 0 ? locale.percent(percent) : "",
    active > 0 && time_left !== null ? words.uploads.left(durationInWords(time_left)) : "",
    failed > 0 && active === 0 && done > 0 ? words.uploads.failed(failed) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
