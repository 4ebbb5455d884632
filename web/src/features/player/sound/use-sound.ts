/** Plays the player's current file through the element that the bar draws. */
import { useEffect, useEffectEvent, useRef, useState, type RefCallback } from "react";
import { onTrouble } from "./media-worker-client";
import { MediaEngine } from "./media-engine";
import type { PlayerState } from "../player-state";
import { neighbour } from "../queue/queue";
import type { Quality } from "./source";
import { prepare, sourcesOf } from "./sources";
import type { Player } from "../use-player";

export interface SoundElement {
  element: HTMLMediaElement | null;
  /** For the <audio> or <video>. */
  mediaRef: RefCallback<HTMLMediaElement>;
  /** Null if there is nothing to choose. */
  quality: Quality | null;
  /** Null: chosen automatically. */
  setQuality: (height: number | null) => void;
}

export function useSound(player: Player, state: PlayerState): SoundElement {
  const [element, mediaRef] = useState<HTMLMediaElement | null>(null);
  const [quality, onQuality] = useState<Quality | null>(null);
  const engine = useRef<MediaEngine | null>(null);
  const { turn, file } = state;
  const { report, soundsBy } = player;

  const ended = useEffectEvent(() => player.ended());
  const begin = useEffectEvent((media: HTMLMediaElement) => {
    const { position: from, restored } = state;
    const running = new MediaEngine({ file, element: media, from, sources: () => sourcesOf(file), report, onQuality, onEnded: () => ended() });
    if (!restored) running.play();
    return running;
  });
  useEffect(() => {
    if (!turn || !element) return undefined;
    const running = begin(element);
    engine.current = running;
    soundsBy(running);
    return () => {
      engine.current = null;
      soundsBy(null);
      running.destroy();
    };
  }, [turn, element, soundsBy]);

  const { file_id } = file;
  useEffect(() => onTrouble((late, trouble) => late === file_id && report({ type: "trouble", trouble })), [file_id, report]);

  const following = neighbour(state.queue, 1)?.file ?? null;
  const playing = state.status === "playing";
  useEffect(() => {
    if (playing && following) prepare(following);
  }, [playing, following]);

  return { element, mediaRef, quality, setQuality: (height) => engine.current?.setQuality(height) };
}
