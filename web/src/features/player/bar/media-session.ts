/** Tells the operating system what plays, so that media keys and the lock screen work. */
import { useEffect, useEffectEvent } from "react";
import { coverOf } from "../../../lib/cover-of";
import { THUMBNAIL_WIDTHS, thumbnailAddress } from "../../../lib/thumbnail-address";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import type { PlayerState } from "../player-state";
import type { Player } from "../use-player";

/** Seconds to skip if a key names none. */
export const SKIP_S = 5;

export function useMediaSession(player: Player, element: HTMLMediaElement | null): void {
  const { state } = player;
  useMetadata(state);
  useActions(player, element);
  usePosition(state, element);
}

function useMetadata(state: PlayerState | null): void {
  const file = state?.file ?? null;
  const playing = state?.status === "playing";

  useEffect(() => {
    if (!file || !("mediaSession" in navigator)) return undefined;
    const artwork = artworkOf(file);
    const metadata = new MediaMetadata({ title: titleOf(file), artist: file.artist ?? "", album: file.album ?? "", artwork });
    navigator.mediaSession.metadata = metadata;
    if (artwork.length === 0) void paintArtwork(file).then((painted) => (metadata.artwork = painted), () => undefined);
    return () => {
      navigator.mediaSession.metadata = null;
    };
  }, [file]);

  useEffect(() => {
    if (!file || !("mediaSession" in navigator)) return;
    navigator.mediaSession.playbackState = playing ? "playing" : "paused";
  }, [file, playing]);
}

/** A lock screen picks the picture that suits it. A cover that has no thumbnails yet is one picture of unknown size. */
export function artworkOf(file: Pick<FileRecord, "file_id" | "cover_id" | "thumbnail">): MediaImage[] {
  const widths = file.thumbnail ? THUMBNAIL_WIDTHS : THUMBNAIL_WIDTHS.slice(0, 1);
  return widths.flatMap((width) => {
    const src = thumbnailAddress(file, width);
    return src === null ? [] : [{ src, sizes: file.thumbnail ? `${width}x${width}` : "any" }];
  });
}

/** The drawing that stands for a file without a picture. Rejects without the part that paints it. */
async function paintArtwork(file: FileRecord): Promise<MediaImage[]> {
  const { paintSong, SIDE } = await import("../../../ui/song-cover/paint");
  const src = paintSong(coverOf(file, 96));
  return src === null ? [] : [{ src, sizes: `${SIDE}x${SIDE}`, type: "image/jpeg" }];
}

const ACTIONS = ["play", "pause", "nexttrack", "previoustrack", "seekto", "seekbackward", "seekforward"] as const;

function useActions(player: Player, element: HTMLMediaElement | null): void {
  const { state, toggle, next, previous, seek } = player;
  const by = (seconds: number) => seek(Math.max(0, (state?.position ?? 0) + seconds));
  const run: Record<(typeof ACTIONS)[number], (details: MediaSessionActionDetails) => void> = {
    play: () => element?.paused && toggle(),
    pause: () => element?.paused || toggle(),
    nexttrack: () => next?.(),
    previoustrack: previous,
    seekto: ({ seekTime = 0 }) => seek(seekTime),
    seekbackward: ({ seekOffset = SKIP_S }) => by(-seekOffset),
    seekforward: ({ seekOffset = SKIP_S }) => by(seekOffset),
  };
  const act = useEffectEvent((action: (typeof ACTIONS)[number], details: MediaSessionActionDetails) => run[action](details));
  const open = state !== null;
  const hasNext = next !== null;

  useEffect(() => {
    if (!open || !("mediaSession" in navigator)) return undefined;
    const session = navigator.mediaSession;
    for (const action of ACTIONS) {
      session.setActionHandler(action, action === "nexttrack" && !hasNext ? null : (details) => act(action, details));
    }
    return () => {
      for (const action of ACTIONS) session.setActionHandler(action, null);
    };
  }, [open, hasNext]);
}

const MOVED = ["seeked", "playing", "pause", "ratechange"] as const;

/** Report the position once a file and at each jump: the system counts in between. */
function usePosition(state: PlayerState | null, element: HTMLMediaElement | null): void {
  const duration = state?.duration ?? null;

  useEffect(() => {
    if (!element || duration === null || !("mediaSession" in navigator)) return undefined;
    const updatePosition = () => {
      const position = Math.min(element.currentTime, duration);
      navigator.mediaSession.setPositionState({ duration, position, playbackRate: element.playbackRate || 1 });
    };
    updatePosition();
    for (const event of MOVED) element.addEventListener(event, updatePosition);
    return () => {
      for (const event of MOVED) element.removeEventListener(event, updatePosition);
    };
  }, [element, duration]);
}
