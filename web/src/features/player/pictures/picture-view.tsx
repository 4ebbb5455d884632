/** Pictures, one at a time, as large as the window. Drawn by <img> only, whatever the store sends. */
import { useEffect, useEffectEvent, useState } from "react";
import { announce } from "../../../lib/announce";
import { isComposing } from "../../../lib/keys";
import { thumbnailAddress } from "../../../lib/thumbnail-address";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";
import { playAddress } from "../api";
import "./picture-view.css";
import { usePlayerWords } from "../player-words";
import { useModal } from "./use-modal";

export { loadPlayerWords } from "../player-words";

export interface PictureViewProps {
  pictures: readonly FileRecord[];
  start: FileRecord;
  onClose: () => void;
  onDownload: (file: FileRecord) => void;
  /** Hand out a link. */
  onShare: (file: FileRecord) => void;
}

export default function PictureView({ pictures, start, onClose, onDownload, onShare }: PictureViewProps) {
  const [at, setAt] = useState(() => Math.max(0, pictures.findIndex(({ file_id }) => file_id === start.file_id)));
  const [large, setLarge] = useState(false);
  const file = pictures[at] ?? start;
  const text = usePlayerWords().picture;
  const modal = useModal(onClose);
  const go = (step: 1 | -1) => {
    const to = pictures[at + step];
    if (!to) return;
    setAt(at + step);
    setLarge(false);
    announce(titleOf(to));
  };
  useArrows(go);

  return (
    <dialog ref={modal} className="picture-view" aria-label={titleOf(file)}>
      <Picture key={file.file_id} file={file} large={large} onZoom={() => setLarge(!large)} />
      <header className="picture-head">
        <h2 className="ellipsis">{titleOf(file)}</h2>
        <IconButton icon={large ? "minus" : "plus"} label={large ? text.zoomOut : text.zoomIn} onClick={() => setLarge(!large)} />
        <IconButton icon="download" label={words.files.actions.download} onClick={() => onDownload(file)} />
        <IconButton icon="share" label={words.page.share} onClick={() => onShare(file)} />
        <IconButton icon="close" label={text.close} onClick={onClose} />
      </header>
      <IconButton icon="left" className="picture-previous" label={text.previous} disabled={at === 0} onClick={() => go(-1)} />
      <IconButton icon="right" className="picture-next" label={text.next} disabled={at === pictures.length - 1} onClick={() => go(1)} />
    </dialog>
  );
}

interface PictureProps {
  file: FileRecord;
  large: boolean;
  onZoom: () => void;
}

const NOTHING_YET: { url: string | null; failed: boolean } = { url: null, failed: false };
const FAILED = { url: null, failed: true };

function Picture({ file, large, onZoom }: PictureProps) {
  const [{ url, failed }, setShown] = useState(NOTHING_YET);
  const text = usePlayerWords().picture;
  // Few browsers draw HEIC or TIFF, but the service has drawn them.
  const thumbnail = file.thumbnail && thumbnailAddress(file, 1280);
  const fail = () => setShown(url === thumbnail ? FAILED : { url: thumbnail, failed: thumbnail === null });

  useEffect(() => {
    const stop = new AbortController();
    playAddress(file.file_id, stop.signal).then(
      (address) => setShown({ url: address.url, failed: false }),
      () => stop.signal.aborted || setShown(FAILED),
    );
    return () => stop.abort();
  }, [file]);

  if (failed) return <p role="alert">{text.failed}</p>;
  return (
    <div className="picture-place" data-large={large || undefined}>
      {url !== null && (
        <button type="button" className="picture-zoom" aria-label={text[large ? "zoomOut" : "zoomIn"]} onClick={onZoom}>
          <img src={url} alt={titleOf(file)} onError={fail} />
        </button>
      )}
    </div>
  );
}

function useArrows(go: (step: 1 | -1) => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    // Alt with an arrow goes back a page.
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || isComposing(event)) return;
    if (event.key === "ArrowLeft") go(-1);
    if (event.key === "ArrowRight") go(1);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    globalThis.addEventListener("keydown", listen);
    return () => globalThis.removeEventListener("keydown", listen);
  }, []);
}
