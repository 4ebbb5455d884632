/** The songs on this device: how large they are, and a key to remove each. */
import { useEffect } from "react";
import { formatBytes } from "../../lib/bytes";
import { moodHue } from "../../lib/moods";
import { useStore } from "../../lib/store";
import type { FileRecord } from "../../lib/types";
import { words } from "../../lib/words";
import { IconButton } from "../../ui/button";
import { Cover } from "../../ui/cover";
import { Icon } from "../../ui/icon";
import { removeFromDevice } from "./kept-actions";
import "./kept-list.css";
import { keptSongs, readKept } from "./kept-songs";
import { useKeptWords } from "./kept-words";

export interface KeptListProps {
  /** None where nothing can play. */
  onPlay?: (file: FileRecord, list: readonly FileRecord[]) => void;
}

export function KeptList({ onPlay }: KeptListProps) {
  const text = useKeptWords();
  const kept = useStore(keptSongs);
  useEffect(() => void readKept().catch(() => keptSongs.set(new Map())), []);
  if (kept === null) return null;
  const files = [...kept.values()].map(({ record }) => record);
  if (files.length === 0) return <p className="kept-none soft">{text.none}</p>;
  return (
    <>
      <p className="soft numbers">{text.total(files.length, formatBytes(files.reduce((sum, { size_bytes }) => sum + size_bytes, 0)))}</p>
      <ul className="kept-list" aria-label={text.title}>
        {files.map((file) => (
          <KeptRow key={file.file_id} file={file} {...(onPlay && { onPlay: () => onPlay(file, files) })} />
        ))}
      </ul>
    </>
  );
}

function KeptRow({ file, onPlay }: { file: FileRecord; onPlay?: () => void }) {
  const text = useKeptWords();
  const title = file.title ?? file.filename;
  return (
    <li className="kept-row">
      {onPlay && (
        <button type="button" className="kept-play" aria-label={words.files.play(title)} onClick={onPlay}>
          <Cover seed={file.file_id} hue={moodHue(file.mood ?? "other")} />
          <span className="kept-play-icon">
            <Icon name="play" />
          </span>
        </button>
      )}
      <div className="kept-words" dir="auto">
        <p className="ellipsis">{title}</p>
        <p className="ellipsis soft numbers">{[file.artist, formatBytes(file.size_bytes)].filter(Boolean).join(" · ")}</p>
      </div>
      <IconButton icon="trash" label={text.remove(title)} onClick={() => void removeFromDevice(file)} />
    </li>
  );
}
