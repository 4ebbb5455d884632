/** The media element, and for a film the window above the bar that shows it. */
import { useRef, type RefCallback } from "react";
import { words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";
import type { PlayerState } from "../player-state";

export interface MediaViewProps {
  state: PlayerState;
  mediaRef: RefCallback<HTMLMediaElement>;
}

export function MediaView({ state, mediaRef }: MediaViewProps) {
  if (!state.file.content_type.startsWith("video/")) return <audio ref={mediaRef} preload="auto" />;
  return <Film mediaRef={mediaRef} />;
}

function Film({ mediaRef }: Pick<MediaViewProps, "mediaRef">) {
  const screen = useRef<HTMLDivElement>(null);
  const film = () => screen.current?.querySelector("video");
  return (
    <div className="player-screen" ref={screen}>
      <video ref={mediaRef} preload="auto" playsInline />
      <div className="player-screen-keys">
        {document.pictureInPictureEnabled && (
          <IconButton icon="aside" label={words.player.aside} onClick={() => void turnAside(film())} />
        )}
        <IconButton icon="full" label={words.player.full} onClick={() => void turnFull(screen.current)} />
      </div>
    </div>
  );
}

/** If the browser refuses, the film stays where it is. */
async function turnAside(film: HTMLVideoElement | null | undefined): Promise<void> {
  const leaving = document.pictureInPictureElement !== null;
  await (leaving ? document.exitPictureInPicture() : film?.requestPictureInPicture())?.catch(() => undefined);
}

async function turnFull(screen: HTMLElement | null): Promise<void> {
  await (document.fullscreenElement ? document.exitFullscreen() : screen?.requestFullscreen())?.catch(() => undefined);
}
