/** Actions for the selected files. A chunk of its own, loaded with the first selection. */
import { useState } from "react";
import { announce } from "../../../lib/announce";
import { may } from "../../../lib/scopes";
import type { FileRecord, Session } from "../../../lib/types";
import { words } from "../../../lib/words";
import { Button, IconButton } from "../../../ui/button";
import { EditManyDialog } from "../edit/edit-many-dialog";
import { isPlayable } from "../file-kind";
import { copyLinks, downloadAll } from "../share/many-links";
import "./selection-bar.css";
import type { LibraryView } from "../list/use-library";
import type { Selection } from "./use-selection";

export interface SelectionBarProps {
  session: Session;
  /** All listed files. */
  files: readonly FileRecord[];
  selection: Selection;
  view: LibraryView;
  onPlay: (files: readonly FileRecord[]) => void;
  /** Returns how many were added: none, if they play at once. */
  onQueue: (files: readonly FileRecord[]) => number;
  onRemove: (files: readonly FileRecord[]) => void;
}

export default function SelectionBar({ session, files, selection, view, onPlay, onQueue, onRemove }: SelectionBarProps) {
  const [editing, setEditing] = useState(false);
  const chosen = files.filter((file) => selection.ids.has(file.file_id));
  const none = chosen.length === 0;
  const mayEdit = may(session, "files:write");
  const silent = !chosen.some(isPlayable);
  const addToQueue = () => {
    const added = onQueue(chosen);
    if (added > 0) announce(words.select.queued(added), { shown: true });
  };
  const remove = () => {
    onRemove(chosen);
    selection.end();
    document.querySelector<HTMLElement>("#songs")?.focus({ preventScroll: true });
  };

  return (
    <div className="selection-bar" role="toolbar" aria-label={words.select.label}>
      <strong className="selection-count numbers">{words.select.count(chosen.length)}</strong>
      <Button className="button-small" onClick={selection.selectAll}>
        {words.select.all}
      </Button>
      {mayEdit && (
        <Button className="button-small" icon="pen" disabled={none} onClick={() => setEditing(true)}>
          {words.select.edit}
        </Button>
      )}
      <IconButton icon="play" label={words.files.actions.play} disabled={silent} onClick={() => onPlay(chosen)} />
      <IconButton icon="enqueue" label={words.player.queue.addLast} disabled={silent} onClick={addToQueue} />
      <IconButton icon="download" label={words.select.download} disabled={none} onClick={() => void downloadAll(chosen)} />
      <IconButton
        icon="link"
        label={words.select.copyLinks}
        disabled={none}
        onClick={() => void copyLinks(chosen, session.auth_mode === "open")}
      />
      {mayEdit && <IconButton icon="trash" label={words.select.remove} disabled={none} onClick={remove} />}
      <IconButton icon="close" label={words.select.end} onClick={selection.end} />
      {editing && (
        <EditManyDialog
          files={chosen}
          moods={session.limits.moods}
          onPut={view.put}
          onClose={() => setEditing(false)}
          onDone={selection.end}
        />
      )}
    </div>
  );
}
