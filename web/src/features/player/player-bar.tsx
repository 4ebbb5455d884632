/** The bar at the bottom: what plays, and the controls for it. */
import { useRef, useState } from "react";
import { clock } from "../../lib/format";
import { moodHue } from "../../lib/moods";
import { words } from "../../lib/words";
import { IconButton } from "../../ui/button";
import { Cover } from "../../ui/cover";
import { Icon } from "../../ui/icon";
import "./player-bar.css";
import type { PlayerState } from "./player-state";
import { Range } from "./range";
import { useSpaceBar, useTabTitle } from "./use-page-effects";
import type { Player } from "./use-player";

export function PlayerBar({ player }: { player: Player }) {
  const { state } = player;
  useTabTitle(state);
  useSpaceBar(state !== null, player.toggle);
  if (!state) return null;
  return (
    <section className="player" aria-label={words.player.label} data-hue={moodHue(state.file.mood ?? "other")}>
      <Media state={state} mediaRef={player.mediaRef} />
      <div className="player-bar">
        <NowPlaying state={state} />
        <Transport player={player} state={state} />
        <Seek state={state} onSeek={player.seek} />
        <div className="player-end">
          <Volume onChange={player.setVolume} />
          <IconButton icon="close" label={words.player.close} onClick={player.close} />
        </div>
      </div>
    </section>
  );
}

/** A song is only heard; a film gets its own small window above the bar. */
function Media({ state, mediaRef }: { state: PlayerState; mediaRef: Player["mediaRef"] }) {
  const screen = useRef<HTMLDivElement>(null);
  if (!state.file.content_type.startsWith("video/")) return <audio ref={mediaRef} preload="auto" />;
  return (
    <div className="player-screen" ref={screen}>
      <video ref={mediaRef} preload="auto" playsInline />
      <IconButton icon="full" label={words.player.full} onClick={() => void screen.current?.requestFullscreen()} />
    </div>
  );
}

function NowPlaying({ state }: { state: PlayerState }) {
  const { file, status, failure } = state;
  const note = status === "failed" ? failure : status === "waiting" ? words.app.offline : (file.artist ?? "");
  return (
    <div className="player-song">
      <Cover seed={file.file_id} hue={moodHue(file.mood ?? "other")} moving={status === "playing"} />
      <div className="player-words">
        <p className="player-title ellipsis">{file.title ?? file.filename}</p>
        <p className={status === "failed" ? "player-failure" : "soft ellipsis"}>{note}</p>
      </div>
    </div>
  );
}

function Transport({ player, state }: { player: Player; state: PlayerState }) {
  const { next, previous, toggle } = player;
  const playing = state.status === "playing";
  const label = playing ? words.player.pause : words.player.play;
  return (
    <div className="player-keys">
      <IconButton
        icon="previous"
        className="player-previous"
        label={words.player.previous}
        disabled={!previous}
        onClick={() => previous?.()}
      />
      <button
        type="button"
        className="player-toggle"
        aria-label={label}
        title={label}
        aria-busy={state.status === "loading"}
        onClick={toggle}
      >
        <Icon name={playing ? "pause" : "play"} size={24} />
      </button>
      <IconButton icon="next" label={words.player.next} disabled={!next} onClick={() => next?.()} />
    </div>
  );
}

function Seek({ state, onSeek }: { state: PlayerState; onSeek: (second: number) => void }) {
  const { position, duration } = state;
  const [at, of] = [clock(position), duration === null ? "–:––" : clock(duration)];
  return (
    <div className="player-seek numbers">
      <span>{at}</span>
      <Range
        label={words.player.seek}
        text={words.player.seekAt(at, of)}
        value={position}
        max={duration ?? 0}
        step={duration !== null && duration < 60 ? 0.1 : 1}
        disabled={duration === null}
        onChange={onSeek}
      />
      <span>{of}</span>
    </div>
  );
}

function Volume({ onChange }: { onChange: (volume: number) => void }) {
  const [volume, setVolume] = useState(1);
  return (
    <div className="player-volume">
      <Icon name="volume" />
      <Range
        label={words.player.volume}
        text={`${Math.round(volume * 100)} %`}
        value={volume}
        max={1}
        step={0.05}
        onChange={(value) => {
          setVolume(value);
          onChange(value);
        }}
      />
    </div>
  );
}
