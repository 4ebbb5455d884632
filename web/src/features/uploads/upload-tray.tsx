/** The tray at the lower right: every song on its way, foldable to one line. */
import { useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { durationInWords } from "../../lib/format";
import { words } from "../../lib/words";
import { Button, IconButton } from "../../ui/button";
import { UploadRow } from "./upload-row";
import "./upload-tray.css";
import { summarise, type Summary, type Upload } from "./upload-state";

export interface UploadTrayProps {
  uploads: readonly Upload[];
  onCancel: (local_id: string) => void;
  onRetry: (local_id: string) => void;
  onDismiss: (local_id: string) => void;
  onCancelAll: () => void;
  onClear: () => void;
}

export function UploadTray({ uploads, onCancel, onRetry, onDismiss, onCancelAll, onClear }: UploadTrayProps) {
  const [folded, setFolded] = useState(false);
  const listId = useId();
  const tray = useRef<HTMLElement>(null);
  if (uploads.length === 0) return null;
  const summary = summarise(uploads);
  const drawn = finishedLast(uploads).slice(0, MAX_DRAWN);

  /** The row goes, and the focus with it to the row that takes its place, or to the tray's own button. */
  const removeAt = (index: number, remove: () => void) => {
    flushSync(remove);
    const next = tray.current?.querySelectorAll<HTMLElement>(".upload-head button") ?? [];
    (next[Math.min(index, next.length - 1)] ?? tray.current?.querySelector<HTMLElement>(".upload-tray-fold"))?.focus();
  };

  return (
    <section ref={tray} className="upload-tray" aria-label={words.uploads.label} data-folded={folded || undefined}>
      <header className="upload-tray-head">
        <div className="upload-tray-title">
          <h2>{headline(summary)}</h2>
          <p className="soft numbers">{subline(summary)}</p>
        </div>
        {summary.active > 1 && !folded && (
          <Button className="button-small" onClick={onCancelAll}>
            {words.uploads.cancelAll}
          </Button>
        )}
        {summary.active === 0 && (
          <Button className="button-small" onClick={onClear}>
            {words.uploads.clear}
          </Button>
        )}
        <IconButton
          icon="fold"
          className="upload-tray-fold"
          label={folded ? words.uploads.unfold : words.uploads.fold}
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
            onCancel={() => removeAt(index, () => onCancel(upload.local_id))}
            onRetry={() => onRetry(upload.local_id)}
            onDismiss={() => removeAt(index, () => onDismiss(upload.local_id))}
          />
        ))}
        {uploads.length > drawn.length && (
          <li className="upload-rest soft">{words.uploads.rest(uploads.length - drawn.length)}</li>
        )}
      </ul>
    </section>
  );
}

/** A thousand rows would cost more than the uploads do; the rest is counted. */
const MAX_DRAWN = 50;

function finishedLast(uploads: readonly Upload[]): Upload[] {
  return uploads.toSorted((one, other) => Number(one.track.status === "done") - Number(other.track.status === "done"));
}

function headline({ active, done, failed }: Summary): string {
  if (active > 0) return words.uploads.sending(active, failed);
  return done > 0 ? words.uploads.finished(done) : words.uploads.allFailed(failed);
}

function subline({ active, done, failed, percent, time_left }: Summary): string {
  return [
    active > 0 ? `${percent} %` : "",
    active > 0 && time_left !== null ? words.uploads.left(durationInWords(time_left)) : "",
    failed > 0 && active === 0 && done > 0 ? words.uploads.failed(failed) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
