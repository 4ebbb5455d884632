/** One upload: how far, how fast, how long still; or what went wrong, and one button. */
import { coverError, isMoving, percent, speedOf, timeLeft, type MovingProgress, type UploadProgress, type Upload } from "@moodrop/uploads";
import { formatBytes, formatSpeed } from "../../../lib/bytes";
import { durationInWords } from "../../../lib/format";
import { moodHue } from "../../../lib/moods";
import { locale, words } from "../../../lib/words";
import { Button, IconButton } from "../../../ui/button";
import { Icon } from "../../../ui/icon";
import { failureInWords, lostCoverInWords, type Failure } from "../../../lib/failure-words";
import { nameOf } from "../name-of";
import { Thumbnail } from "../thumbnail";

export interface UploadRowProps {
  upload: Upload;
  onPause: () => void;
  /** Resume a paused or failed upload. */
  onResume: () => void;
  /** Remove it in any state. */
  onRemove: () => void;
}

export function UploadRow({ upload, onPause, onResume, onRemove }: UploadRowProps) {
  const { meta, progress } = upload;
  const name = nameOf(upload);
  const finished = progress.status === "done" && !progress.cover_error;
  return (
    <li className="upload-row" data-hue={moodHue(meta.mood)} data-status={progress.status}>
      <div className="upload-head">
        <Thumbnail draft={upload} />
        <p className="upload-name ellipsis" title={name}>
          {name}
        </p>
        <RowEnd upload={upload} onPause={onPause} onResume={onResume} onRemove={onRemove} />
      </div>
      {finished ? <span className="visually-hidden">{noteFor(upload)}</span> : <RowBody upload={upload} onRetry={onResume} />}
    </li>
  );
}

const PAUSED: ReadonlySet<UploadProgress["status"]> = new Set<UploadProgress["status"]>(["paused", "pausing"]);

function RowEnd({ upload, onPause, onResume, onRemove }: UploadRowProps) {
  const { progress } = upload;
  const name = nameOf(upload);
  if (progress.status === "done" && !progress.cover_error) {
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
  const { progress } = upload;
  const name = nameOf(upload);
  if (progress.status === "failed") return <FailureNote name={name} {...failureInWords(progress.error)} onRetry={onRetry} />;
  const lost = coverError(progress);
  if (lost) return <FailureNote name={name} {...lostCoverInWords(name, lost)} onRetry={onRetry} />;
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
