/** The media element, and for a film the window above the bar that shows it. */
import { useEffect, useState, type RefCallback } from "react";
import { thumbnailAddress } from "../../../lib/thumbnail-address";
import type { FileRecord } from "../../../lib/types";
import { IconButton } from "../../../ui/button";
import type { PlayerState } from "../player-state";
import { usePlayerWords } from "../player-words";
import { QualityMenu, type QualityMenuProps } from "./quality-menu";

export interface MediaViewProps {
  state: PlayerState;
  mediaRef: RefCallback<HTMLMediaElement>;
  /** The window of a film. */
  screen: HTMLDivElement | null;
  screenRef: RefCallback<HTMLDivElement>;
  quality: QualityMenuProps["quality"] | null;
  onQuality: QualityMenuProps["onChoose"];
}

export function MediaView({ state: { file }, mediaRef, ...film }: MediaViewProps) {
  if (!file.content_type.startsWith("video/")) return <audio ref={mediaRef} preload="auto" />;
  return <Film file={file} mediaRef={mediaRef} {...film} />;
}

interface FilmProps extends Omit<MediaViewProps, "state"> {
  file: FileRecord;
}

function Film({ file, mediaRef, screen, screenRef, quality, onQuality }: FilmProps) {
  const text = usePlayerWords();
  const isFull = useIsFull();
  const film = () => screen?.querySelector("video");
  return (
    <div className="player-screen" ref={screenRef}>
      {/* On the full screen the bar is hidden, so the browser's own controls take over. */}
      <video ref={mediaRef} poster={thumbnailAddress(file, 1280) ?? undefined} preload="auto" playsInline controls={isFull} />
      <div className="player-screen-keys">
        {quality && quality.heights.length > 1 && <QualityMenu quality={quality} onChoose={onQuality} />}
        {document.pictureInPictureEnabled && (
          <IconButton icon="aside" label={text.aside} onClick={() => void turnAside(film())} />
        )}
        <IconButton icon="full" label={text.full} onClick={() => void turnFull(screen)} />
      </div>
    </div>
  );
}

function useIsFull(): boolean {
  const [isFull, setIsFull] = useState(false);
  useEffect(() => {
    const update = () => setIsFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", update);
    return () => document.removeEventListener("fullscreenchange", update);
  }, []);
  return isFull;
}

/** If the browser refuses, the film stays where it is. */
async function turnAside(film: HTMLVideoElement | null | undefined): Promise<void> {
  const leaving = document.pictureInPictureElement !== null;
  await (leaving ? document.exitPictureInPicture() : film?.requestPictureInPicture())?.catch(() => undefined);
}

/** Put a film on the full screen, or bring it back. */
export async function turnFull(screen: HTMLDivElement | null): Promise<void> {
  await (document.fullscreenElement ? document.exitFullscreen() : screen?.requestFullscreen())?.catch(() => undefined);
}
