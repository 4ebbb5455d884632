/** The library's list: its rows, or what is shown without any. */
import { useEffect, useEffectEvent, useRef, type ReactNode } from "react";
import { inWords } from "../../../lib/problem-words";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { lazyPart } from "../../../ui/lazy-part";
import { Trouble } from "../../../ui/trouble";
import "./file-list.css";
import { FileRows, type FileRowsProps } from "./file-rows";
import type { FileListPage } from "./library-state";

export interface FileListProps extends Omit<FileRowsProps, "complete"> {
  listPage: FileListPage;
  /** Shown when there is nothing to list. */
  empty: ReactNode;
  /** Show covers in place of rows. */
  covers: boolean;
  /** The heads of the columns. */
  heads: ReactNode;
  onShowMore: () => void;
  onReload: () => void;
}

const FileTiles = lazyPart<FileRowsProps>(() => import("./file-tiles"));

export function FileList({ listPage, empty, covers, heads, onReload, onShowMore, ...rows }: FileListProps) {
  const { status, failure, isStale, next_cursor } = listPage;
  const { files } = rows;
  if (failure && files.length === 0) {
    return <Trouble problem={inWords(failure)} action={words.files.again} onAction={onReload} />;
  }
  if (files.length === 0 && next_cursor === null) return status === "loading" ? <Skeleton /> : empty;
  return (
    <div className="file-list-page" data-stale={isStale || undefined} aria-busy={isStale}>
      {covers ? <FileTiles {...rows} complete={next_cursor === null} /> : (
        <>
          {heads}
          <FileRows {...rows} complete={next_cursor === null} />
        </>
      )}
      <More listPage={listPage} onShowMore={onShowMore} />
    </div>
  );
}

/** Loads by itself when it comes into reach. The button serves people without scroll events, and retries. */
function More({ listPage, onShowMore }: Pick<FileListProps, "listPage" | "onShowMore">) {
  const { status, next_cursor, failure, isStale } = listPage;
  const button = useRef<HTMLButtonElement>(null);
  const showMore = useEffectEvent(onShowMore);
  const automatic = next_cursor !== null && failure === null;

  useEffect(() => {
    if (!automatic || !button.current) return undefined;
    const seen = (entries: IntersectionObserverEntry[]) => {
      if (entries.some((entry) => entry.isIntersecting)) showMore();
    };
    const observer = new IntersectionObserver(seen, { rootMargin: "1500px" });
    observer.observe(button.current);
    return () => observer.disconnect();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each page moves the button: observe it again
  }, [automatic, next_cursor]);

  if (next_cursor === null || isStale) return null;
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
