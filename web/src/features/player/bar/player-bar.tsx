/** The bar at the bottom: what plays, and the controls for it. */
import { useState } from "react";
import { moodHue } from "../../../lib/moods";
import { thumbnailAddress } from "../../../lib/thumbnail-address";
import type { FileRecord } from "../../../lib/types";
import { useIsPhone } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import { Blur } from "../../../ui/blur";
import { Boundary } from "../../../ui/boundary";
import { IconButton } from "../../../ui/button";
import { Cover } from "../../../ui/cover";
import { KeyHelp } from "./key-help";
import { useMediaSession, SKIP_S } from "./media-session";
import { MediaView, turnFull } from "./media-view";
import "./player-bar.css";
import type { PlayerState } from "../player-state";
import { currentOf } from "../queue/queue";
import { usePlayerWords } from "../player-words";
import { QueuePanel } from "../queue/queue-panel";
import { Seek } from "./seek";
import type { Shortcut } from "./shortcuts";
import { titleOf } from "../title";
import { Transport } from "./transport";
import { useShortcuts, useTabTitle } from "./use-page-effects";
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
  const close = () => setPanel(null);
  const text = usePlayerWords();
  const [screen, screenRef] = useState<HTMLDivElement | null>(null);
  const { element, mediaRef, quality, setQuality } = useSound(player, state);
  const even = useEvenVolume(state.file);
  const volume = useVolume(element, even.gain);
  const entry = currentOf(state.queue);
  useListenReports(state, keepsHistory);
  useLastVisit(owner, state);
  useTabTitle(state);
  useMediaSession(player, element, thumbnailAddress(state.file, 320));
  useShortcuts((shortcut) => runShortcut(shortcut, { player, volume, full: () => void turnFull(screen), help: () => setPanel("help") }));

  return (
    <section className="player" aria-label={text.label} data-hue={moodHue(state.file.mood ?? "other")}>
      <MediaView state={state} mediaRef={mediaRef} screen={screen} screenRef={screenRef} quality={quality} onQuality={setQuality} />
      <Boundary key={panel} onClose={close}>
        {panel === "queue" && <QueuePanel player={player} state={state} order={phone} even={even} onClose={close} />}
        {panel === "help" && <KeyHelp onClose={close} />}
      </Boundary>
      <Boundary quiet>
        {entry?.origin.why && <RadioStrip player={player} entry={entry} why={entry.origin.why} />}
      </Boundary>
      <div className="player-bar">
        <Boundary quiet>
          <NowPlaying state={state} onDownload={onDownload} />
        </Boundary>
        <Transport player={player} state={state} order={!phone} />
        <Boundary quiet>
          <Seek state={state} onSeek={player.seek} />
        </Boundary>
        <div className="player-end">
          <VolumeControl volume={volume} />
          <IconButton
            icon="queue"
            label={text.queue.open}
            aria-expanded={panel === "queue"}
            onClick={() => setPanel(panel === "queue" ? null : "queue")}
          />
          {!phone && <IconButton icon="help" label={text.keys.title} onClick={() => setPanel("help")} />}
          <IconButton icon="close" label={text.close} onClick={player.close} />
        </div>
      </div>
    </section>
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

function NowPlaying({ state, onDownload }: Pick<PlayerBarProps, "state" | "onDownload">) {
  const { file, status } = state;
  const text = usePlayerWords();
  return (
    <div className="player-song">
      <Cover
        seed={file.file_id}
        hue={moodHue(file.mood ?? "other")}
        moving={status === "playing"}
        picture={thumbnailAddress(file, 320)}
        under={file.thumbnail && <Blur hash={file.thumbnail.blurhash} />}
      />
      <div className="player-words">
        <p className="player-title ellipsis">{titleOf(file)}</p>
        <Note state={state} />
      </div>
      {status === "failed" && (
        <IconButton icon="download" label={text.download} onClick={() => onDownload(file)} />
      )}
    </div>
  );
}

/** The artist, or what is wrong. */
function Note({ state: { status, failure, trouble, file } }: { state: PlayerState }) {
  if (status === "failed") return <p className="player-failure">{failure}</p>;
  const note = status === "waiting" ? words.app.offline : trouble;
  return <p className={note ? "soft" : "soft ellipsis"}>{note || file.artist}</p>;
}
