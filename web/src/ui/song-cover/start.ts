/** What draws the covers of songs without one: a chunk of its own, on its way before the first row is. */
import type { ReactNode } from "react";
import { createStore } from "../../lib/store";
import type { DrawnSong } from "./draw";

/** Null until it has come: a cover is a plain colour until then, of the same size. */
export const songCover = createStore<((song: DrawnSong) => ReactNode) | null>(null);

export function startSongCovers(): void {
  void import("./song-cover").then(
    (part) => songCover.set(part.drawSongCover),
    () => undefined,
  );
}
