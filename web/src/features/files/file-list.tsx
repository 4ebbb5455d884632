/** The library: its rows, and what stands there while there are none. */
import { useEffect, useEffectEvent, useRef, type ReactNode } from "react";
import { useIsPhone, useNow } from "../../lib/use-browser";
import type { FileRecord } from "../../lib/types";
import { words } from "../../lib/words";
import { Button } from "../../ui/button";
import { Trouble } from "../../ui/trouble";
import "./file-list.css";
import { FileRow } from "./file-row";
import type { Shelf } from "./library-state";

export interface FileListProps {
  shelf: Shelf;
  /** The song in the player. */
  current: { file_id: string; playing: boolean } | null;
  /** Whether delete is offered. */
  mayRemove: boolean;
  /** Shown when there is nothing to list. */
  empty: ReactNode;
  onPlay: (file: FileRecord) => void;
  onDownload: (file: FileRecord) => void;
  onCopyLink: (file: FileRecord) => void;
  /** Resolves to whether it was deleted. */
  onRemove: (file: FileRecord) => Promise<boolean>;
  onShowMore: () => void;
  onReload: () => void;
}

const A_MINUTE = 60_000;

export function FileList(props: FileListProps) {
  const { shelf, empty, onReload } = props;
  const { files, status, failure } = shelf;
  if (failure && files.length === 0) {
    return <Trouble problem={failure} action={words.files.again} onAction={onReload} />;
  }
  if (files.length === 0) return status === "loading" ? <Skeleton /> : empty;
  return (
    <>
      <Rows {...props} />
      <More {...props} />
    </>
  );
}

function Rows({ shelf, current, mayRemove, onPlay, onDownload, onCopyLink, onRemove }: FileListProps) {
  const compact = useIsPhone();
  const now = useNow(A_MINUTE);
  const list = useRef<HTMLUListElement>(null);

  /** Focus goes on to the row that takes the place of the one removed. */
  const removeAt = async (file: FileRecord, index: number) => {
    const removed = await onRemove(file);
    const buttons = list.current?.querySelectorAll<HTMLElement>(".file-play") ?? [];
    if (removed) buttons[Math.min(index, buttons.length - 1)]?.focus();
    return removed;
  };

  return (
    <ul ref={list} className="file-list" aria-label={words.files.label}>
      {shelf.files.map((file, index) => (
        <FileRow
          key={file.file_id}
          file={file}
          now={now}
          compact={compact}
          mayRemove={mayRemove}
          current={current?.file_id === file.file_id}
          playing={current?.file_id === file.file_id && current.playing}
          onPlay={() => onPlay(file)}
          onDownload={() => onDownload(file)}
          onCopyLink={() => onCopyLink(file)}
          onRemove={() => removeAt(file, index)}
        />
      ))}
    </ul>
  );
}

/** Loads by itself when it comes near; the button is there for who gets no scroll events, and after a failure. */
function More({ shelf, onShowMore }: FileListProps) {
  const { status, next_cursor, failure } = shelf;
  const button = useRef<HTMLButtonElement>(null);
  const showMore = useEffectEvent(onShowMore);
  const automatic = next_cursor !== null && failure === null;

  useEffect(() => {
    if (!automatic || !button.current) return undefined;
    const seen = (entries: IntersectionObserverEntry[]) => {
      if (entries.some((entry) => entry.isIntersecting)) showMore();
    };
    const observer = new IntersectionObserver(seen, { rootMargin: "600px" });
    observer.observe(button.current);
    return () => observer.disconnect();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each page moves the button: look at it anew
  }, [automatic, next_cursor]);

  if (next_cursor === null) return null;
  return (
    <div className="file-more">
      {failure && <p className="soft">{failure.detail}</p>}
      <Button ref={button} disabled={status === "loading_more"} onClick={onShowMore}>
        {status === "loading_more" ? words.files.loadingMore : failure ? words.files.again : words.files.showMore}
      </Button>
    </div>
  );
}

const SKELETON_ROWS = ["72%", "48%", "60%", "38%", "66%", "52%"];

function Skeleton() {
  return (
    <div className="skeleton">
      <p className="visually-hidden">{words.app.loading}</p>
      {SKELETON_ROWS.map((width) => (
        <div key={width} className="skeleton-row">
          <span className="skeleton-cover" />
          <span className="skeleton-line" style={{ inlineSize: width }} />
        </div>
      ))}
    </div>
  );
}
