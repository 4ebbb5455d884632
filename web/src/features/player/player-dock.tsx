/** The player's place in the page: its bar loads when the page is idle, or when something plays. */
import { useEffect } from "react";
import { lazyPart } from "../../ui/lazy-part";
import type { PlayerBarProps } from "./bar/player-bar";

async function fetchBar() {
  const bar = await import("./bar/player-bar");
  await bar.loadPlayerWords();
  return bar;
}

const PlayerBar = lazyPart<PlayerBarProps>(async () => ({ default: (await fetchBar()).PlayerBar }), { close: ({ player }) => player.close() });

/** Later than the library's own first requests. */
const AHEAD_MS = 1500;

export function PlayerDock(props: Omit<PlayerBarProps, "state">) {
  useEffect(() => {
    const timer = setTimeout(() => {
      // Start the worker too: once it controls the page, files have lasting addresses.
      void fetchBar().then(({ mediaWorker }) => mediaWorker(), () => undefined);
    }, AHEAD_MS);
    return () => clearTimeout(timer);
  }, []);

  const { state } = props.player;
  return state && <PlayerBar {...props} state={state} />;
}
