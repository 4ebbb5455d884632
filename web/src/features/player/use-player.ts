/** The player, as React sees it: one song of a list at a time. */
import { useCallback, useEffect, useEffectEvent, useReducer, useRef, useState, type RefCallback } from "react";
import type { FileRecord } from "../../lib/types";
import { playAddress } from "./api";
import { MediaEngine } from "./media-engine";
import { holdMediaSession } from "./media-session";
import { neighbour, reduce, type PlayerState } from "./player-state";

export interface Player {
  state: PlayerState | null;
  /** For the <audio> or <video> that the bar draws. */
  mediaRef: RefCallback<HTMLMediaElement>;
  /** Play this one; pause or go on when it is the current one. */
  choose: (file: FileRecord, queue: readonly FileRecord[]) => void;
  toggle: () => void;
  seek: (second: number) => void;
  /** Null at the end of the list. */
  next: (() => void) | null;
  previous: (() => void) | null;
  setVolume: (volume: number) => void;
  forget: (file_id: string) => void;
  close: () => void;
}

export function usePlayer(): Player {
  const [state, dispatch] = useReducer(reduce, null);
  const [element, mediaRef] = useState<HTMLMediaElement | null>(null);
  const engine = useRef<MediaEngine | null>(null);
  const volume = useRef(1);

  const file = state?.file ?? null;
  const queue = state?.queue ?? NOTHING;
  const nextFile = state && neighbour(state, 1);
  const previousFile = state && neighbour(state, -1);
  const chosen = (one: FileRecord) => dispatch({ type: "chosen", file: one, queue });
  const toggle = useCallback(() => engine.current?.toggle(), []);

  const ended = useEffectEvent(() => {
    if (nextFile) chosen(nextFile);
    else dispatch({ type: "status", status: "paused" });
  });

  useEffect(() => {
    if (!file || !element) return undefined;
    const running = new MediaEngine({ file, element, address: playAddress, tell: dispatch, onEnded: () => ended() });
    running.setVolume(volume.current);
    engine.current = running;
    running.play();
    return () => {
      engine.current = null;
      running.destroy();
    };
  }, [file, element]);

  const next = nextFile && (() => chosen(nextFile));
  const previous = previousFile && (() => chosen(previousFile));
  useMediaKeys(file, { onPlay: toggle, onPause: toggle, onNext: next, onPrevious: previous });

  return {
    state,
    mediaRef,
    toggle,
    next,
    previous,
    choose: useCallback((one: FileRecord, list: readonly FileRecord[]) => {
      if (engine.current?.plays(one)) engine.current.toggle();
      else dispatch({ type: "chosen", file: one, queue: list });
    }, []),
    seek: (second) => engine.current?.seek(second),
    setVolume: (to) => {
      volume.current = to;
      engine.current?.setVolume(to);
    },
    forget: useCallback((file_id: string) => dispatch({ type: "removed", file_id }), []),
    close: () => dispatch({ type: "closed" }),
  };
}

const NOTHING: readonly FileRecord[] = [];

type Handlers = Pick<Parameters<typeof holdMediaSession>[0], "onPlay" | "onPause" | "onNext" | "onPrevious">;

function useMediaKeys(file: FileRecord | null, handlers: Handlers): void {
  const play = useEffectEvent(handlers.onPlay);
  const pause = useEffectEvent(handlers.onPause);
  const next = useEffectEvent(() => handlers.onNext?.());
  const previous = useEffectEvent(() => handlers.onPrevious?.());
  const [hasNext, hasPrevious] = [handlers.onNext !== null, handlers.onPrevious !== null];

  useEffect(() => {
    if (!file) return undefined;
    return holdMediaSession({
      title: file.title ?? file.filename,
      artist: file.artist ?? "",
      onPlay: () => play(),
      onPause: () => pause(),
      onNext: hasNext ? () => next() : null,
      onPrevious: hasPrevious ? () => previous() : null,
    });
  }, [file, hasNext, hasPrevious]);
}
