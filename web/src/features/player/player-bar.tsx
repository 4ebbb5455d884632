/** The bar at the bottom: what plays, and the controls for it. */
import { useState } from "react";
import { moodHue } from "../../lib/moods";
import { useIsPhone } from "../../lib/use-browser";
import { words } from "../../lib/words";
import { IconButton } from "../../ui/button";
import { Cover } from "../../ui/cover";
import { KeyHelp } from "./key-help";
import { useMediaSession, SKIP_S } from "./media-session";
import { MediaView } from "./media-view";
import "./player-bar.css";
import type { PlayerState } from "./player-state";
import { QueuePanel } from "./queue-panel";
import { Seek } from "./seek";
import type { Shortcut } from "./shortcuts";
import { titleOf } from "./title";
import { Transport } from "./transport";
import { useShortcuts, useTabTitle } from "./use-page-effects";
import type { Player } from "./use-player";
import { VolumeControl } from "./volume-control";

type Panel = "queue" | "help" | null;

export function PlayerBar({ player, state }: { player: Player; state: PlayerState }) {
  const [panel, setPanel] = useState<Panel>(null);
  const phone = useIsPhone();
  const close = () => setPanel(null);
  useTabTitle(state);
  useMediaSession(player, null);
  useShortcuts((shortcut) => runShortcut(shortcut, player, () => setPanel("help")));

  return (
    <section className="player" aria-label={words.player.label} data-hue={moodHue(state.file.mood ?? "other")}>
      <MediaView state={state} mediaRef={player.mediaRef} />
      {panel === "queue" && <QueuePanel player={player} state={state} order={phone} onClose={close} />}
      {panel === "help" && <KeyHelp onClose={close} />}
      <div className="player-bar">
        <NowPlaying state={state} />
        <Transport player={player} state={state} order={!phone} />
        <Seek state={state} onSeek={player.seek} />
        <div className="player-end">
          <VolumeControl volume={player.volume} />
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

function runShortcut(shortcut: Shortcut, player: Player, help: () => void): void {
  const { position = 0, duration = null } = player.state ?? {};
  const to = (second: number) => player.seek(Math.max(0, Math.min(second, duration ?? second)));
  const run = {
    toggle: player.toggle,
    back: () => to(position - SKIP_S),
    forward: () => to(position + SKIP_S),
    next: () => player.next?.(),
    previous: player.previous,
    mute: player.volume.toggleMuted,
    help,
  };
  run[shortcut]();
}

function NowPlaying({ state }: { state: PlayerState }) {
  const { file, status } = state;
  return (
    <div className="player-song">
      <Cover seed={file.file_id} hue={moodHue(file.mood ?? "other")} moving={status === "playing"} />
      <div className="player-words">
        <p className="player-title ellipsis">{titleOf(file)}</p>
        <Note state={state} />
      </div>
    </div>
  );
}

/** The artist, or what is the matter. */
function Note({ state: { status, failure, trouble, file } }: { state: PlayerState }) {
  if (status === "failed") return <p className="player-failure">{failure}</p>;
  const note = status === "waiting" ? words.app.offline : trouble;
  return <p className={note ? "soft" : "soft ellipsis"}>{note || file.artist}</p>;
}
