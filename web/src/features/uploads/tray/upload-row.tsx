/** One upload: how far, how fast, how long still; or what went wrong, and one button. */
import { coverError, isMoving, percent, speedOf, timeLeft, type FileMeta, type MovingProgress, type UploadProgress, type Upload } from "@moodrop/uploads";
import { useEffect, useId, useRef, type KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import { formatBytes, formatSpeed } from "../../../lib/bytes";
import { durationInWords } from "../../../lib/format";
import { isComposing } from "../../../lib/keys";
import { moodHue, type Mood } from "../../../lib/moods";
import { locale, words } from "../../../lib/words";
import { Button, IconButton } from "../../../ui/button";
import { Icon } from "../../../ui/icon";
import { failureInWords, lostCoverInWords, lostEditsInWords, type Failure } from "../../../lib/failure-words";
import { DraftFields } from "../drafts/draft-fields";
import { nameOf } from "../name-of";
import { Thumbnail } from "../thumbnail";

export interface UploadRowProps {
  upload: Upload;
  moods: readonly Mood[];
  /** Its fields are shown. */
  open: boolean;
  onOpen: (open: boolean) => void;
  onEdit: (meta: Partial<FileMeta>) => void;
  onPause: () => void;
  /** Resume a paused or failed upload. */
  onResume: () => void;
  /** Remove it in any state. */
  onRemove: () => void;
}

export function UploadRow(props: UploadRowProps) {
  const { upload, open, onOpen, onResume } = props;
  const { meta, progress } = upload;
  const name = nameOf(upload);
  const fieldsId = useId();
  const opener = useRef<HTMLButtonElement>(null);
  /** A finished row that is closed may move, and what moves loses the focus. */
  const close = () => {
    flushSync(() => onOpen(false));
    opener.current?.focus();
  };
  return (
    <li className="upload-row" data-hue={moodHue(meta.mood)} data-status={progress.status} data-open={open || undefined}>
      <div className="upload-head">
        <button
          ref={opener}
          type="button"
          className="upload-open"
          aria-label={words.uploads.edit(name)}
          aria-expanded={open}
          aria-controls={open ? fieldsId : undefined}
          title={name}
          onClick={() => (open ? close() : onOpen(true))}
        >
          <Thumbnail draft={upload} />
          <span className="upload-name ellipsis">{name}</span>
          <Icon name="pen" size={16} />
        </button>
        <RowEnd {...props} />
      </div>
      {isFinished(upload) ? <span className="visually-hidden">{noteFor(upload)}</span> : <RowBody upload={upload} onRetry={onResume} />}
      {open && <RowFields {...props} id={fieldsId} onClose={close} />}
    </li>
  );
}

/** Nothing is left to be done or to be told. */
export function isFinished({ progress, edit_error }: Upload): boolean {
  return progress.status === "done" && !progress.cover_error && !edit_error;
}

/** As before the start. Whatever becomes of the upload, they stay as they are until they are closed. */
function RowFields({ id, upload, moods, onEdit, onClose }: UploadRowProps & { id: string; onClose: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.querySelector<HTMLElement>(".draft-field-title")?.focus(), []);
  const closeByEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || isComposing(event.nativeEvent)) return;
    event.stopPropagation();
    onClose();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the keys of its fields
    <div ref={place} onKeyDown={closeByEscape}>
      <DraftFields id={id} draft={upload} moods={moods} onEdit={onEdit} />
    </div>
  );
}

const PAUSED: ReadonlySet<UploadProgress["status"]> = new Set<UploadProgress["status"]>(["paused", "pausing"]);

function RowEnd({ upload, onPause, onResume, onRemove }: UploadRowProps) {
  const { progress } = upload;
  const name = nameOf(upload);
  if (isFinished(upload)) {
    return (
      <span className="upload-tick">
        <Icon name="check" />
      </span>
    );
  }
  const over = !isMoving(progress);
  const label = over ? words.uploads.dismiss(name) : words.uploads.cancel(name);
  return (
    <>
      {!over && <PauseButton name={name} paused={PAUSED.has(progress.status)} onPause={onPause} onResume={onResume} />}
      <IconButton icon="close" size={16} label={label} onClick={onRemove} />
    </>
  );
}

function RowBody({ upload, onRetry }: { upload: Upload; onRetry: () => void }) {
  const { progress, edit_error } = upload;
  const name = nameOf(upload);
  if (progress.status === "failed") return <FailureNote name={name} {...failureInWords(progress.error)} onRetry={onRetry} />;
  const lost = coverError(progress);
  if (lost) return <FailureNote name={name} {...lostCoverInWords(name, lost)} onRetry={onRetry} />;
  if (progress.status === "done") return edit_error && <FailureNote name={name} {...lostEditsInWords(name, edit_error)} onRetry={onRetry} />;
  return (
    <>
      <progress className="upload-bar" aria-label={name} max={100} value={percent(upload)} />
      <p className="upload-note numbers soft">{noteFor(upload)}</p>
      {progress.status === "waiting" && progress.cause && <StoppedNote name={name} hint={failureInWords(progress.cause).hint} onRetry={onRetry} />}
    </>
  );
}

interface PauseButtonProps extends Pick<UploadRowProps, "onPause" | "onResume"> {
  name: string;
  paused: boolean;
}

/** One button for both, so that it keeps the focus. */
function PauseButton({ name, paused, onPause, onResume }: PauseButtonProps) {
  const label = paused ? words.uploads.resume(name) : words.uploads.pause(name);
  return <IconButton icon={paused ? "play" : "pause"} size={16} label={label} onClick={paused ? onResume : onPause} />;
}

function FailureNote({ name, detail, hint, onRetry }: Failure & { name: string; onRetry: () => void }) {
  return (
    <div className="upload-failure">
      <p>
        <strong>{detail}</strong> {hint}
      </p>
      <Button className="button-small" icon="retry" aria-label={words.uploads.retry(name)} onClick={onRetry}>
        {words.uploads.retryShort}
      </Button>
    </div>
  );
}

/** Shown while it waits: a hint, and a button to try now. */
function StoppedNote({ name, hint, onRetry }: { name: string; hint: string; onRetry: () => void }) {
  return (
    <div className="upload-again">
      <p className="soft">{hint}</p>
      <Button className="button-small" icon="retry" aria-label={words.uploads.retry(name)} onClick={onRetry}>
        {words.uploads.retryShort}
      </Button>
    </div>
  );
}

function noteFor(upload: Upload): string {
  const { progress, size_bytes } = upload;
  switch (progress.status) {
    case "sending":
      return sendingNote(upload);
    case "paused":
      return `${words.uploads.paused} · ${progress.starts_over ? words.uploads.startsOver : words.uploads.sentOf(progress.sent_bytes, size_bytes)}`;
    case "pausing":
      return `${words.uploads.pausing} · ${words.uploads.sentOf(progress.sent_bytes, size_bytes)}`;
    case "waiting":
      return waitingNote(progress);
    case "done":
    case "queued":
      return `${words.uploads[progress.status]} · ${formatBytes(size_bytes)}`;
    case "preparing":
    case "confirming":
      return words.uploads[progress.status];
    case "failed":
      return "";
  }
}

function waitingNote({ cause, starts_over }: MovingProgress): string {
  if (!cause) return starts_over ? words.uploads.offlineStartsOver : words.app.offline;
  return [failureInWords(cause).detail, words.uploads.tryingAgain, starts_over ? words.uploads.startsOver : ""].filter(Boolean).join(" ");
}

/** "63 % · 12.4 of 19.8 MB · 4.1 MB/s · about 20 seconds left", as far as it is known. */
function sendingNote(upload: Upload): string {
  const [speed, left] = [speedOf(upload.progress), timeLeft(upload)];
  const sent = isMoving(upload.progress) ? upload.progress.sent_bytes : 0;
  return [
    locale.percent(percent(upload)),
    speed ? formatSpeed(speed) : words.uploads.sentOf(sent, upload.size_bytes),
    left === null ? "" : words.uploads.left(durationInWords(left)),
  ]
    .filter(Boolean)
    .join(" · ");
}
