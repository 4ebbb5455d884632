/** The bar at the bottom: what plays, and the controls for it. */
import { useState } from "react";
import { coverAddress } from "../../../lib/cover-address";
import { moodHue } from "../../../lib/moods";
import type { FileRecord } from "../../../lib/types";
import { useIsPhone } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import { Boundary } from "../../../ui/boundary";
import { IconButton } from "../../../ui/button";
import { Cover } from "../../../ui/cover";
import { KeyHelp } from "./key-help";
import { useMediaSession, SKIP_S } from "./media-session";
import { MediaView } from "./media-view";
import "./player-bar.css";
import type { PlayerState } from "../player-state";
import { QueuePanel } from "../queue/queue-panel";
import { Seek } from "./seek";
import type { Shortcut } from "./shortcuts";
import { titleOf } from "../title";
import { Transport } from "./transport";
import { useShortcuts, useTabTitle } from "./use-page-effects";
import type { Player } from "../use-player";
import { useSound } from "../sound/use-sound";
import { useVolume, type Volume } from "./use-volume";
import { VolumeControl } from "./volume-control";

export { mediaWorker } from "../sound/media-worker-client";

type Panel = "queue" | "help" | null;

export interface PlayerBarProps {
  player: Player;
  state: PlayerState;
  onDownload: (file: FileRecord) => void;
}

export function PlayerBar({ player, state, onDownload }: PlayerBarProps) {
  const [panel, setPanel] = useState<Panel>(null);
  const phone = useIsPhone();
  const close = () => setPanel(null);
  const { element, mediaRef } = useSound(player, state);
  const volume = useVolume(element);
  useTabTitle(state);
  useMediaSession(player, element, coverAddress(state.file));
  useShortcuts((shortcut) => runShortcut(shortcut, { player, volume, help: () => setPanel("help") }));

  return (
    <section className="player" aria-label={words.player.label} data-hue={moodHue(state.file.mood ?? "other")}>
      <MediaView state={state} mediaRef={mediaRef} />
      <Boundary key={panel} onClose={close}>
        {panel === "queue" && <QueuePanel player={player} state={state} order={phone} onClose={close} />}
        {panel === "help" && <KeyHelp onClose={close} />}
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
            label={words.player.queue.open}
            aria-expanded={panel === "queue"}
            onClick={() => setPanel(panel === "queue" ? null : "queue")}
          />
          {!phone && <IconButton icon="help" label={words.player.keys.title} onClick={() => setPanel("help")} />}
          <IconButton icon="close" label={words.player.close} onClick={player.close} />
        </div>
      </div>
    </section>
  );
}

interface Means {
  player: Player;
  volume: Volume;
  help: () => void;
}

function runShortcut(shortcut: Shortcut, { player, volume, help }: Means): void {
  const { position = 0, duration = null } = player.state ?? {};
  const to = (second: number) => player.seek(Math.max(0, Math.min(second, duration ?? second)));
  const run = {
    toggle: player.toggle,
    back: () => to(position - SKIP_S),
    forward: () => to(position + SKIP_S),
    next: () => player.next?.(),
    previous: player.previous,
    mute: volume.toggleMuted,
    help,
  };
  run[shortcut]();
}

function NowPlaying({ state, onDownload }: Omit<PlayerBarProps, "player">) {
  const { file, status } = state;
  return (
    <div className="player-song">
      <Cover seed={file.file_id} hue={moodHue(file.mood ?? "other")} moving={status === "playing"} picture={coverAddress(file)} />
      <div className="player-words">
        <p className="player-title ellipsis">{titleOf(file)}</p>
        <Note state={state} />
      </div>
      {status === "failed" && (
        <IconButton icon="download" label={words.player.download} onClick={() => onDownload(file)} />
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
