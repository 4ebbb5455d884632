/** What can be done with a file, on its page: the most used as buttons, the rest in a menu. */
import { useState } from "react";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { Button, IconButton } from "../../../ui/button";
import Menu, { type MenuItem, type MenuPlace } from "../../../ui/menu";
import { isPlayable } from "../file-kind";
import type { FilePageProps } from "./file-page";

/** The part of the page that is open below the buttons. */
export type Shown = "edit" | "share" | null;

export interface FileVerbsProps extends Pick<FilePageProps, "onPlay" | "onRadio" | "onPlayNext" | "onQueue" | "onDownload" | "onRemove" | "onClose"> {
  file: FileRecord;
  mayEdit: boolean;
  shown: Shown;
  onShow: (part: Shown) => void;
}

export function FileVerbs({ file, mayEdit: editable, shown, onShow, onRemove, onClose, ...on }: FileVerbsProps) {
  const { play, open, download, remove } = words.files.actions;
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const playable = isPlayable(file);
  /** Where the page behind has to be seen. */
  const leaveFor = (act: () => void) => () => {
    onClose();
    act();
  };
  const queueing: MenuItem[] = [
    { text: words.player.queue.playNext, icon: "next", onChoose: () => on.onPlayNext(file) },
    { text: words.files.radio, icon: "radio", onChoose: leaveFor(() => on.onRadio(file)) },
  ];
  const downloading: MenuItem = { text: download, icon: "download", onChoose: () => on.onDownload(file) };
  const removing: MenuItem = { text: remove, icon: "trash", alarm: true, onChoose: leaveFor(() => onRemove([file])) };
  const groups = [playable ? queueing : [], file.threat ? [] : [downloading], editable ? [removing] : []];

  return (
    <div className="file-verbs">
      {!file.threat && (
        <Button tone="primary" icon={playable ? "play" : "page"} onClick={leaveFor(() => on.onPlay(file))}>
          {playable ? play : open}
        </Button>
      )}
      {playable && (
        <Button icon="enqueue" onClick={() => on.onQueue(file)}>
          {words.player.queue.addLast}
        </Button>
      )}
      {!file.threat && (
        <Button icon="share" aria-expanded={shown === "share"} onClick={() => onShow("share")}>
          {words.page.share}
        </Button>
      )}
      {editable && (
        <Button icon="pen" aria-expanded={shown === "edit"} onClick={() => onShow("edit")}>
          {words.edit.one}
        </Button>
      )}
      {groups.some((group) => group.length > 0) && (
        <IconButton
          icon="more"
          label={words.files.more(titleOf(file))}
          aria-haspopup="menu"
          onClick={(event) => setMenu(event.currentTarget.getBoundingClientRect())}
        />
      )}
      {menu && <Menu label={words.files.more(titleOf(file))} place={menu} groups={groups.map((items) => ({ items }))} onClose={() => setMenu(null)} />}
    </div>
  );
}
