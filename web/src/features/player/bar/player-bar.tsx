/** The bar at the bottom: what plays, and the controls for it. */
import { useEffect, useRef, useState } from "react";
import { moodHue } from "../../../lib/moods";
import { useStore } from "../../../lib/store";
import type { FileRecord } from "../../../lib/types";
import { useIsLow, useIsPhone, useIsWide } from "../../../lib/use-browser";
import { Boundary } from "../../../ui/boundary";
import { IconButton } from "../../../ui/button";
import { BarSong } from "./bar-song";
import { KeyHelp } from "./key-help";
import { useMediaSession, SKIP_S } from "./media-session";
import { MediaView, turnFull } from "./media-view";
import "./player-bar.css";
import type { PlayerState } from "../player-state";
import { currentOf } from "../queue/queue";
import { usePlayerWords } from "../player-words";
import { closeNowPlaying, followHistory, openView } from "../now-playing/view-state";
import { swipes } from "../now-playing/swipe";
import { QueuePanel } from "../queue/queue-panel";
import { PlayerAside } from "./player-aside";
import { ProgressLine, Seek } from "./seek";
import type { Shortcut } from "./shortcuts";
import { Transport } from "./transport";
import { useFocusBack, useShortcuts, useTabTitle } from "./use-page-effects";
import type { Player } from "../use-player";
import { RadioStrip } from "../../radio/radio-strip";
import { useLastVisit } from "../use-last-visit";
import { useListenReports } from "../../listening/use-listen-reports";
import { useSound } from "../sound/use-sound";
import { useEvenVolume } from "./use-even-volume";
import { useVolume, type Volume } from "./use-volume";
import { VolumeControl } from "./volume-control";

export { loadPlayerWords } from "../player-words";
export { readLastVisit } from "../last-visit";
export { mediaWorker } from "../sound/media-worker-client";

const swipeDown = swipes("down", closeNowPlaying);

type Panel = "queue" | "help" | null;

export interface PlayerBarProps {
  player: Player;
  state: PlayerState;
  /** Whose player it is. */
  owner: string;
  onDownload: (file: FileRecord) => void;
  /** Whether to report what is listened to. */
  keepsHistory: boolean;
}

export function PlayerBar({ player, state, owner, onDownload, keepsHistory }: PlayerBarProps) {
  const [panel, setPanel] = useState<Panel>(null);
  const phone = useIsPhone();
  const wide = useIsWide();
  const drawFull = useStore(openView);
  const place = useRef<HTMLElement>(null);
  const close = () => setPanel(null);
  const text = usePlayerWords();
  const [screen, screenRef] = useState<HTMLDivElement | null>(null);
  const { element, mediaRef, quality, setQuality } = useSound(player, state);
  const even = useEvenVolume(state.file);
  const volume = useVolume(element, even.gain);
  useListenReports(state, keepsHistory);
  useLastVisit(owner, state);
  useTabTitle(state);
  useMediaSession(player, element);
  useEffect(followHistory, []);
  useFocusBack(place, drawFull !== null);
  useShortcuts((shortcut) => runShortcut(shortcut, { player, volume, full: () => void turnFull(screen), help: () => setPanel("help") }));

  return (
    <section
      ref={place}
      className="player"
      aria-label={drawFull ? text.now.title : text.label}
      data-hue={moodHue(state.file.mood ?? "other")}
      {...(drawFull && { role: "dialog", "aria-modal": true, tabIndex: -1, "data-full": "", ...swipeDown })}
    >
      <MediaView state={state} mediaRef={mediaRef} screen={screen} screenRef={screenRef} quality={quality} onQuality={setQuality} />
      <Boundary key={panel} onClose={close}>
        {panel === "queue" && !drawFull && !wide && <QueuePanel player={player} state={state} order={phone} even={even} onClose={close} />}
        {panel === "help" && <KeyHelp onClose={close} />}
      </Boundary>
      {drawFull ? (
        <Boundary onClose={closeNowPlaying}>
          {drawFull({ player, state, volume, even, place, onDownload })}
        </Boundary>
      ) : (
        <>
          {wide && <PlayerAside player={player} state={state} even={even} />}
          <Bar player={player} state={state} width={{ phone, wide }} volume={volume} panel={panel} onPanel={setPanel} onDownload={onDownload} />
        </>
      )}
    </section>
  );
}

interface BarProps extends Pick<PlayerBarProps, "player" | "state" | "onDownload"> {
  width: { phone: boolean; wide: boolean };
  volume: Volume;
  panel: Panel;
  onPanel: (panel: Panel) => void;
}

function Bar({ player, state, width: { phone, wide }, volume, panel, onPanel, onDownload }: BarProps) {
  const text = usePlayerWords();
  const low = useIsLow();
  const entry = currentOf(state.queue);
  return (
    <>
      <Boundary quiet>
        {entry?.origin.why && <RadioStrip player={player} entry={entry} why={entry.origin.why} />}
      </Boundary>
      <div className="player-bar">
        <Boundary quiet>
          <BarSong state={state} onDownload={onDownload} />
        </Boundary>
        <Transport player={player} state={state} order={!phone} />
        <Boundary quiet>{low ? <ProgressLine state={state} /> : <Seek state={state} onSeek={player.seek} />}</Boundary>
        <div className="player-end">
          <VolumeControl volume={volume} />
          {!wide && (
            <IconButton
              icon="queue"
              className="player-queue"
              label={text.queue.open}
              aria-expanded={panel === "queue"}
              onClick={() => onPanel(panel === "queue" ? null : "queue")}
            />
          )}
          <IconButton icon="close" label={text.close} onClick={player.close} />
        </div>
      </div>
    </>
  );
}

interface Means {
  player: Player;
  volume: Volume;
  full: () => void;
  help: () => void;
}

function runShortcut(shortcut: Shortcut, { player, volume, full, help }: Means): void {
  const { position = 0, duration = null } = player.state ?? {};
  const to = (second: number) => player.seek(Math.max(0, Math.min(second, duration ?? second)));
  const run = {
    toggle: player.toggle,
    back: () => to(position - SKIP_S),
    forward: () => to(position + SKIP_S),
    next: () => player.next?.(),
    previous: player.previous,
    mute: volume.toggleMuted,
    full,
    help,
  };
  run[shortcut]();
}
