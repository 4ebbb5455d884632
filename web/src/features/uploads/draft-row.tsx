/** One chosen song before it is sent: its title and artist can be put right here. */
import { MAX_LENGTH, type Draft } from "@moodrop/uploads";
import { formatBytes } from "../../lib/bytes";
import { words } from "../../lib/words";
import { IconButton } from "../../ui/button";

export interface DraftRowProps {
  draft: Draft;
  onEdit: (details: { title?: string; artist?: string }) => void;
  onLeaveOut: () => void;
}

export function DraftRow({ draft, onEdit, onLeaveOut }: DraftRowProps) {
  const { filename, size_bytes, meta } = draft;
  return (
    <li className="draft-row">
      <div className="draft-fields">
        <input
          className="draft-title"
          aria-label={words.add.titleOf(filename)}
          placeholder={words.add.title}
          value={meta.title}
          maxLength={MAX_LENGTH}
          onChange={(event) => onEdit({ title: event.target.value })}
        />
        <input
          aria-label={words.add.artistOf(filename)}
          placeholder={words.add.artistUnknown}
          value={meta.artist}
          maxLength={MAX_LENGTH}
          onChange={(event) => onEdit({ artist: event.target.value })}
        />
      </div>
      <p className="draft-file soft">
        <span className="ellipsis">{filename}</span>
        <span className="numbers">{formatBytes(size_bytes)}</span>
      </p>
      <IconButton icon="close" size={18} label={words.add.leaveOut(filename)} onClick={onLeaveOut} />
    </li>
  );
}
