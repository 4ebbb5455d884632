/** The library: its rows, and what stands there while there are none. */
import { memo, useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, type ReactNode } from "react";
import { inWords } from "../../lib/problem-words";
import { useIsPhone, useNow } from "../../lib/use-browser";
import type { FileRecord } from "../../lib/types";
import { useLanguage, words } from "../../lib/words";
import { Button } from "../../ui/button";
import { Trouble } from "../../ui/trouble";
import "./file-list.css";
import { FileRow } from "./file-row";
import type { Shelf } from "./library-state";

export interface FileListProps extends RowsProps {
  shelf: Shelf;
  /** Shown when there is nothing to list. */
  empty: ReactNode;
  onShowMore: () => void;
  onReload: () => void;
}

export function FileList({ shelf, empty, onReload, onShowMore, ...rows }: FileListProps) {
  const { files, status, failure } = shelf;
  if (failure && files.length === 0) {
    return <Trouble problem={inWords(failure)} action={words.files.again} onAction={onReload} />;
  }
  if (files.length === 0) return status === "loading" ? <Skeleton /> : empty;
  return (
    <>
      <Rows files={files} {...rows} />
      <More shelf={shelf} onShowMore={onShowMore} />
    </>
  );
}

interface RowsProps {
  /** The song in the player, and whether it sounds. */
  currentId: string | null;
  playing: boolean;
  /** Whether delete is offered. */
  mayRemove: boolean;
  onPlay: (file: FileRecord, list: readonly FileRecord[]) => void;
  onDownload: (file: FileRecord) => void;
  onCopyLink: (file: FileRecord) => void;
  /** Resolves to whether it was deleted. */
  onRemove: (file: FileRecord) => Promise<boolean>;
}

const A_MINUTE = 60_000;

/** Not drawn again with every second of music: the list may be long. */
const Rows = memo(function Rows(props: RowsProps & { files: readonly FileRecord[] }) {
  const { files, currentId, playing, mayRemove, onPlay, onDownload, onCopyLink, onRemove } = props;
  useLanguage();
  const compact = useIsPhone();
  const now = useNow(A_MINUTE);
  const list = useRef<HTMLUListElement>(null);
  const shown = useRef(files);
  useLayoutEffect(() => {
    shown.current = files;
  }, [files]);

  const play = useCallback((file: FileRecord) => onPlay(file, shown.current), [onPlay]);

  /** Focus goes on to the row that takes the place of the one removed. */
  const remove = useCallback(
    async (file: FileRecord) => {
      const index = shown.current.indexOf(file);
      const removed = await onRemove(file);
      const buttons = list.current?.querySelectorAll<HTMLElement>(".file-play") ?? [];
      if (removed) buttons[Math.min(index, buttons.length - 1)]?.focus();
      return removed;
    },
    [onRemove],
  );

  return (
    <ul ref={list} className="file-list" aria-label={words.files.label}>
      {files.map((file) => (
        <FileRow
          key={file.file_id}
          file={file}
          now={now}
          compact={compact}
          mayRemove={mayRemove}
          current={file.file_id === currentId}
          playing={playing && file.file_id === currentId}
          onPlay={play}
          onDownload={onDownload}
          onCopyLink={onCopyLink}
          onRemove={remove}
        />
      ))}
    </ul>
  );
});

/** Loads by itself when it comes near; the button is there for who gets no scroll events, and after a failure. */
function More({ shelf, onShowMore }: Pick<FileListProps, "shelf" | "onShowMore">) {
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
      {failure && <p className="soft">{inWords(failure).detail}</p>}
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
