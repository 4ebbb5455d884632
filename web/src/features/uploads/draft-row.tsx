/** One chosen song before it is sent: its title and artist can be put right here. */
import { formatBytes } from "../../lib/bytes";
import { words } from "../../lib/words";
import { IconButton } from "../../ui/button";
import { MAX_LENGTH } from "./song-title";
import type { Draft } from "./upload-state";

export interface DraftRowProps {
  draft: Draft;
  onEdit: (details: { title?: string; artist?: string }) => void;
  onLeaveOut: () => void;
}

export function DraftRow({ draft, onEdit, onLeaveOut }: DraftRowProps) {
  const { name, title, artist, size_bytes } = draft;
  return (
    <li className="draft-row">
      <div className="draft-fields">
        <input
          className="draft-title"
          aria-label={words.add.titleOf(name)}
          placeholder={words.add.title}
          value={title}
          maxLength={MAX_LENGTH}
          onChange={(event) => onEdit({ title: event.target.value })}
        />
        <input
          aria-label={words.add.artistOf(name)}
          placeholder={words.add.artistUnknown}
          value={artist}
          maxLength={MAX_LENGTH}
          onChange={(event) => onEdit({ artist: event.target.value })}
        />
      </div>
      <p className="draft-file soft">
        <span className="ellipsis">{name}</span>
        <span className="numbers">{formatBytes(size_bytes)}</span>
      </p>
      <IconButton icon="close" size={18} label={words.add.leaveOut(name)} onClick={onLeaveOut} />
    </li>
  );
}
