/** The player's place in the page: its bar is fetched when the page has time, or when something plays. */
import { lazy, Suspense, useEffect } from "react";
import { mediaWorker } from "./media-desk";
import type { Player } from "./use-player";

const fetchBar = () => import("./player-bar");
const PlayerBar = lazy(async () => ({ default: (await fetchBar()).PlayerBar }));

/** After the library's own first requests. */
const AHEAD_MS = 1500;

export function PlayerDock({ player }: { player: Player }) {
  useEffect(() => {
    const timer = setTimeout(() => {
      void mediaWorker();
      void fetchBar().catch(() => undefined);
    }, AHEAD_MS);
    return () => clearTimeout(timer);
  }, []);

  if (!player.state) return null;
  return (
    <Suspense fallback={null}>
      <PlayerBar player={player} state={player.state} />
    </Suspense>
  );
}
