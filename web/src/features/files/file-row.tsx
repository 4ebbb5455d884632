/** One song in the library. */
import { memo, useState } from "react";
import { formatBytes } from "../../lib/bytes";
import { ago, exactTime } from "../../lib/format";
import { moodHue, moodName, moodShape } from "../../lib/moods";
import type { FileRecord } from "../../lib/types";
import { useLanguage, words } from "../../lib/words";
import { Cover } from "../../ui/cover";
import { Icon } from "../../ui/icon";
import { Shape } from "../../ui/shape";
import { iconOf, isPlayable, kindOf, titleOf } from "./file-kind";
import { FileRowActions } from "./file-row-actions";
import { RemoveAsk } from "./remove-ask";

export interface FileRowProps {
  file: FileRecord;
  now: Date;
  /** This row's song is in the player, and whether it sounds. */
  current: boolean;
  playing: boolean;
  compact: boolean;
  mayRemove: boolean;
  onPlay: (file: FileRecord) => void;
  onDownload: (file: FileRecord) => void;
  onCopyLink: (file: FileRecord) => void;
  /** Resolves to whether it was deleted. */
  onRemove: (file: FileRecord) => Promise<boolean>;
}

export const FileRow = memo(function FileRow(props: FileRowProps) {
  const { file, current, compact, mayRemove, onDownload, onCopyLink, onRemove } = props;
  useLanguage();
  const [asking, setAsking] = useState(false);
  const title = titleOf(file);

  return (
    <li className="file-row" data-hue={moodHue(file.mood ?? "other")} data-current={current || undefined}>
      <PlayButton {...props} />
      <div className="file-words">
        <p className="file-title ellipsis">{title}</p>
        <p className="file-artist ellipsis soft">
          {compact && <MoodMark file={file} />}
          {compact && file.mood && " · "}
          {file.artist ?? formatBytes(file.size_bytes)}
        </p>
      </div>
      {asking ? (
        <RemoveAsk title={title} onYes={() => onRemove(file)} onNo={() => setAsking(false)} />
      ) : (
        <>
          {!compact && <Facts {...props} />}
          <FileRowActions
            file={file}
            title={title}
            compact={compact}
            mayRemove={mayRemove}
            onDownload={() => onDownload(file)}
            onCopyLink={() => onCopyLink(file)}
            onAskRemove={() => setAsking(true)}
          />
        </>
      )}
    </li>
  );
});

function PlayButton({ file, playing, onPlay }: FileRowProps) {
  const title = titleOf(file);
  const kind = kindOf(file);
  const icon = iconOf(kind);
  const label = playing ? words.files.pause(title) : words.files[isPlayable(file) ? "play" : "open"](title);
  return (
    <button type="button" className="file-play" aria-label={label} title={label} onClick={() => onPlay(file)}>
      <Cover seed={file.file_id} hue={moodHue(file.mood ?? "other")} moving={playing}>
        {icon && <Icon name={icon} size={22} />}
      </Cover>
      <span className="file-play-icon">
        <Icon name={playing ? "pause" : isPlayable(file) ? "play" : (icon ?? "page")} />
      </span>
    </button>
  );
}

/** Its shape and its word: colour alone tells nobody. */
function MoodMark({ file }: { file: FileRecord }) {
  if (!file.mood) return null;
  return (
    <span className="file-mood">
      <Shape name={moodShape(file.mood)} size={14} />
      {moodName(file.mood)}
    </span>
  );
}

function Facts({ file, now }: FileRowProps) {
  return (
    <>
      <MoodMark file={file} />
      <time className="file-age soft" dateTime={file.confirmed_at} title={exactTime(file.confirmed_at)}>
        {ago(file.confirmed_at, now)}
      </time>
    </>
  );
}
