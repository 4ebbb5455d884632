/** The player's place in the page: its bar loads when the page is idle, or when something plays. */
import { useEffect } from "react";
import { lazyPart } from "../../ui/lazy-part";
import { hadPlayer } from "./had-player";
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
  const { owner } = props;
  const { report } = props.player;
  useEffect(() => {
    const fetchAhead = async () => {
      const { mediaWorker, readLastVisit } = await fetchBar();
      // Start the worker too: once it controls the page, files have lasting addresses.
      void mediaWorker();
      const restored = await readLastVisit(owner);
      if (restored) report(restored);
    };
    const timer = setTimeout(() => void fetchAhead().catch(() => undefined), hadPlayer() ? 0 : AHEAD_MS);
    return () => clearTimeout(timer);
  }, [owner, report]);

  const { state } = props.player;
  return state && <PlayerBar {...props} state={state} />;
}
