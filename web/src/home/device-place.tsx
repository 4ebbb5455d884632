/** The page without a network: the songs on this device, and a player for them. If there are none, what is wrong. */
import { useEffect, useState, type ReactNode } from "react";
import { DeviceList } from "../features/device/device-list";
import { readDeviceSongs } from "../features/device/device-songs";
import { loadDeviceWords, useDeviceWords } from "../features/device/device-words";
import { PlayerDock } from "../features/player/player-dock";
import { usePlayer } from "../features/player/use-player";
import { readLastOwner } from "../lib/last-owner";
import { measureDock } from "./measure-dock";

export interface DevicePlaceProps {
  /** Try to reach the service again. */
  onRetry: () => void;
  /** Shown if no song is kept. */
  children: ReactNode;
}

export async function loadDevicePlace() {
  const [songs] = await Promise.all([readDeviceSongs().catch(() => new Map()), loadDeviceWords()]);
  return { default: songs.size > 0 ? DevicePlace : Nothing };
}

const Nothing = ({ children }: DevicePlaceProps) => children;

function DevicePlace({ onRetry }: DevicePlaceProps) {
  const text = useDeviceWords();
  const player = usePlayer();
  const [owner] = useState(() => readLastOwner() ?? "");
  useEffect(() => {
    globalThis.addEventListener("online", onRetry);
    return () => globalThis.removeEventListener("online", onRetry);
  }, [onRetry]);

  return (
    <section className="device-place" aria-labelledby="device-place">
      <h2 id="device-place">{text.title}</h2>
      <p className="soft">{text.offline}</p>
      <DeviceList onPlay={player.choose} />
      <div ref={measureDock} className="dock">
        <PlayerDock player={player} owner={owner} onDownload={() => undefined} keepsHistory={false} />
      </div>
    </section>
  );
}
