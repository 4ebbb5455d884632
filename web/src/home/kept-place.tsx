/** The page without a network: the songs on this device, and a player for them. If there are none, what is wrong. */
import { useEffect, useState, type ReactNode } from "react";
import { KeptList } from "../features/kept/kept-list";
import { readKept } from "../features/kept/kept-songs";
import { loadKeptWords, useKeptWords } from "../features/kept/kept-words";
import { PlayerDock } from "../features/player/player-dock";
import { usePlayer } from "../features/player/use-player";
import { readLastOwner } from "../lib/last-owner";
import { measureDock } from "./measure-dock";

export interface KeptPlaceProps {
  /** Try to reach the service again. */
  onRetry: () => void;
  /** Shown if no song is kept. */
  children: ReactNode;
}

export async function loadKeptPlace() {
  const [kept] = await Promise.all([readKept().catch(() => new Map()), loadKeptWords()]);
  return { default: kept.size > 0 ? KeptPlace : Nothing };
}

const Nothing = ({ children }: KeptPlaceProps) => children;

function KeptPlace({ onRetry }: KeptPlaceProps) {
  const text = useKeptWords();
  const player = usePlayer();
  const [owner] = useState(() => readLastOwner() ?? "");
  useEffect(() => {
    globalThis.addEventListener("online", onRetry);
    return () => globalThis.removeEventListener("online", onRetry);
  }, [onRetry]);

  return (
    <section className="kept-place" aria-labelledby="kept-place">
      <h2 id="kept-place">{text.title}</h2>
      <p className="soft">{text.offline}</p>
      <KeptList onPlay={player.choose} />
      <div ref={measureDock} className="dock">
        <PlayerDock player={player} owner={owner} onDownload={() => undefined} keepsHistory={false} />
      </div>
    </section>
  );
}
