/** The songs on this device: how large they are, and a key to remove each. */
import { useEffect } from "react";
import { formatBytes } from "../../lib/bytes";
import { coverOf } from "../../lib/cover-of";
import { useStore } from "../../lib/store";
import { titleOf } from "../../lib/title-of";
import type { FileRecord } from "../../lib/types";
import { words } from "../../lib/words";
import { IconButton } from "../../ui/button";
import { Cover } from "../../ui/cover";
import { Icon } from "../../ui/icon";
import { removeFromDevice } from "./device-actions";
import "./device-list.css";
import { deviceSongs, readDeviceSongs } from "./device-songs";
import { useDeviceWords } from "./device-words";

export interface DeviceListProps {
  /** None where nothing can play. */
  onPlay?: (file: FileRecord, list: readonly FileRecord[]) => void;
}

export function DeviceList({ onPlay }: DeviceListProps) {
  const text = useDeviceWords();
  const songs = useStore(deviceSongs);
  useEffect(() => void readDeviceSongs().catch(() => deviceSongs.set(new Map())), []);
  if (songs === null) return null;
  const listed = [...songs.values()];
  const files = listed.map(({ record }) => record);
  if (files.length === 0) return <p className="device-none soft">{text.none}</p>;
  return (
    <>
      <p className="soft numbers">{text.total(files.length, formatBytes(listed.reduce((sum, { size_bytes }) => sum + size_bytes, 0)))}</p>
      <ul className="device-list" aria-label={text.title}>
        {listed.map(({ record, size_bytes }) => (
          <DeviceRow key={record.file_id} file={record} size_bytes={size_bytes} {...(onPlay && { onPlay: () => onPlay(record, files) })} />
        ))}
      </ul>
    </>
  );
}

function DeviceRow({ file, size_bytes, onPlay }: { file: FileRecord; size_bytes: number; onPlay?: () => void }) {
  const text = useDeviceWords();
  const title = titleOf(file);
  return (
    <li className="device-row">
      {onPlay && (
        <button type="button" className="device-play" aria-label={words.files.play(title)} onClick={onPlay}>
          <Cover {...coverOf(file, 96)} />
          <span className="device-play-icon">
            <Icon name="play" />
          </span>
        </button>
      )}
      <div className="device-words" dir="auto">
        <p className="ellipsis">{title}</p>
        <p className="ellipsis soft numbers">{[file.artist, formatBytes(size_bytes)].filter(Boolean).join(" · ")}</p>
      </div>
      <IconButton icon="trash" label={text.remove(title)} onClick={() => void removeFromDevice(file)} />
    </li>
  );
}
