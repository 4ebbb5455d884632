/** The player's place in the page: its bar is fetched when the page has time, or when something plays. */
import { useEffect } from "react";
import { lazyPart } from "../../ui/lazy-part";
import type { PlayerBarProps } from "./bar/player-bar";

const fetchBar = () => import("./bar/player-bar");
const PlayerBar = lazyPart<PlayerBarProps>(async () => ({ default: (await fetchBar()).PlayerBar }), { close: ({ player }) => player.close() });

/** After the library's own first requests. */
const AHEAD_MS = 1500;

export function PlayerDock({ player, onDownload }: Pick<PlayerBarProps, "player" | "onDownload">) {
  useEffect(() => {
    const timer = setTimeout(() => {
      // The worker too: it takes the page over, and then songs have their lasting addresses.
      void fetchBar().then(({ mediaWorker }) => mediaWorker(), () => undefined);
    }, AHEAD_MS);
    return () => clearTimeout(timer);
  }, []);

  if (!player.state) return null;
  return <PlayerBar player={player} state={player.state} onDownload={onDownload} />;
}
