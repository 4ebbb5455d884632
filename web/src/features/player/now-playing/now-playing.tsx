/** The full view: the song's artwork, where it is, what comes next. Its parts lie in the grid of `.player[data-full]`. */
import { useEffect, type CSSProperties, type ReactNode, type RefObject } from "react";
import { isEscape } from "../../../lib/keys";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { IconButton } from "../../../ui/button";
import { Boundary } from "../../../ui/boundary";
import { RadioStrip } from "../../radio/radio-strip";
import { Artwork } from "../bar/artwork";
import { BarNote } from "../bar/bar-song";
import type { PlayerBarProps } from "../bar/player-bar";
import { Seek } from "../bar/seek";
import { Transport } from "../bar/transport";
import type { EvenVolume } from "../bar/use-even-volume";
import type { Volume } from "../bar/use-volume";
import { VolumeControl } from "../bar/volume-control";
import { usePlayerWords } from "../player-words";
import type { PlayerState } from "../player-state";
import { currentOf } from "../queue/queue";
import { QueueBody } from "../queue/queue-panel";
import { useCoverColours } from "./cover-colours";
import { inertAround } from "./inert-around";
import "./now-playing.css";
import { closeNowPlaying } from "./view-state";

export interface NowPlayingProps extends Pick<PlayerBarProps, "player" | "onDownload"> {
  state: PlayerState;
  volume: Volume;
  even: EvenVolume;
  /** The element that the view fills. */
  place: RefObject<HTMLElement | null>;
}

export function drawNowPlaying(props: NowPlayingProps): ReactNode {
  return <NowPlaying {...props} />;
}

function NowPlaying({ player, state, volume, even, place, onDownload }: NowPlayingProps) {
  const text = usePlayerWords();
  const { file, status } = state;
  const entry = currentOf(state.queue);
  useModalPlace(place);

  return (
    <>
      <Light file={file} />
      <div className="now-head">
        <IconButton icon="fold" size={24} label={text.now.close} onClick={closeNowPlaying} />
        <p className="soft">{text.now.title}</p>
      </div>
      {!file.content_type.startsWith("video/") && (
        <div className="now-art">
          <Artwork state={state} />
        </div>
      )}
      <div className="now-words">
        <h2 dir="auto">{titleOf(file)}</h2>
        <BarNote state={state} album />
        {status === "failed" && <IconButton icon="download" label={text.download} onClick={() => onDownload(file)} />}
      </div>
      <div className="now-seek">
        <Boundary quiet>
          <Seek state={state} onSeek={player.seek} />
        </Boundary>
      </div>
      <div className="now-keys">
        <Transport player={player} state={state} order />
        <VolumeControl volume={volume} />
      </div>
      <div className="now-queue">
        <Boundary quiet>{entry?.origin.why && <RadioStrip player={player} entry={entry} why={entry.origin.why} />}</Boundary>
        <Boundary>
          <QueueBody player={player} state={state} even={even} />
        </Boundary>
      </div>
    </>
  );
}

/** Take the focus and keep it within, as a dialog; Escape and a swipe down close. */
function useModalPlace(place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const press = (event: KeyboardEvent) => {
      if (isEscape(event) && !document.querySelector("dialog[open]")) closeNowPlaying();
    };
    const release = inertAround(element);
    element.scrollTo?.(0, 0);
    element.focus();
    globalThis.addEventListener("keydown", press);
    return () => {
      globalThis.removeEventListener("keydown", press);
      release();
    };
  }, [place]);
}

/** The light of the page: the cover's colours, or until they are known the mood's. */
function Light({ file }: { file: FileRecord }) {
  const colours = useCoverColours(file);
  const style: CSSProperties & Record<`--${string}`, string> = colours ? { "--cover-main": colours[0], "--cover-other": colours[1] } : {};
  return <div className="now-light" data-tinted={colours ? "" : undefined} style={style} aria-hidden="true" />;
}
