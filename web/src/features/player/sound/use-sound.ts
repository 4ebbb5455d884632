/** Plays the player's current file through the element that the bar draws. */
import { useEffect, useEffectEvent, useState, type RefCallback } from "react";
import { onTrouble } from "./media-worker-client";
import { MediaEngine } from "./media-engine";
import type { PlayerState } from "../player-state";
import { neighbour } from "../queue/queue";
import { prepare, mediaAddress } from "./media-address";
import type { Player } from "../use-player";

export interface SoundElement {
  element: HTMLMediaElement | null;
  /** For the <audio> or <video>. */
  mediaRef: RefCallback<HTMLMediaElement>;
}

export function useSound(player: Player, state: PlayerState): SoundElement {
  const [element, mediaRef] = useState<HTMLMediaElement | null>(null);
  const { turn, file } = state;
  const { report, soundsBy } = player;

  const ended = useEffectEvent(() => player.ended());
  const begin = useEffectEvent((media: HTMLMediaElement) => {
    return new MediaEngine({ file, element: media, address: mediaAddress, report, onEnded: () => ended() });
  });
  useEffect(() => {
    if (!turn || !element) return undefined;
    const running = begin(element);
    soundsBy(running);
    running.play();
    return () => {
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

  return { element, mediaRef };
}
