/** What can be done with one file of the list. A chunk of its own, loaded with the first menu. */
import { useEffect } from "react";
import { coverOf } from "../../../lib/cover-of";
import { useStore } from "../../../lib/store";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { Cover } from "../../../ui/cover";
import { Icon } from "../../../ui/icon";
import Menu, { type MenuGroup, type MenuItem, type MenuPlace } from "../../../ui/menu";
import { keepOnDevice, removeFromDevice } from "../../device/device-actions";
import { deviceSongs, readDeviceSongs, thisDevice } from "../../device/device-songs";
import { iconOf, isPlayable, kindOf } from "../file-kind";
import "./row-menu.css";
import { editRequest } from "../page/edit-request";
import { canSend } from "../share/can-send";

export interface RowMenuProps {
  file: FileRecord;
  place: MenuPlace;
  mayEdit: boolean;
  onPlayNext: (file: FileRecord) => void;
  onQueue: (file: FileRecord) => void;
  onRadio: (file: FileRecord) => void;
  onOpen: (file_id: string) => void;
  onDownload: (file: FileRecord) => void;
  onCopyLink: (file: FileRecord) => void;
  onSend: (file: FileRecord) => void;
  onSelect: (file: FileRecord) => void;
  onRemove: (file: FileRecord) => void;
  onClose: () => void;
}

export default function RowMenu(props: RowMenuProps) {
  const { file, place, onClose } = props;
  const onDevice = useStore(deviceSongs)?.has(file.file_id) ?? false;
  useEffect(() => void readDeviceSongs().catch(() => undefined), []);
  return <Menu label={words.files.more(titleOf(file))} place={place} groups={groupsOf(props, onDevice)} head={<Head file={file} />} onClose={onClose} />;
}

function groupsOf({ file, mayEdit, ...on }: RowMenuProps, onDevice: boolean): MenuGroup[] {
  const listen: MenuItem[] = [
    { icon: "next", text: words.player.queue.playNext, onChoose: () => on.onPlayNext(file) },
    { icon: "enqueue", text: words.player.queue.addLast, onChoose: () => on.onQueue(file) },
  ];
  const radio: MenuItem = { icon: "radio", text: words.files.radio, onChoose: () => on.onRadio(file) };
  const open: MenuItem = mayEdit
    ? { icon: "pen", text: words.edit.one, onChoose: () => edit(file, on.onOpen) }
    : { icon: "page", text: words.files.actions.open, onChoose: () => on.onOpen(file.file_id) };
  const bytes: MenuItem[] = [
    canSend()
      ? { icon: "share", text: words.page.share, onChoose: () => on.onSend(file) }
      : { icon: "link", text: words.files.actions.copyLink, onChoose: () => on.onCopyLink(file) },
    { icon: "download", text: words.files.actions.download, onChoose: () => on.onDownload(file) },
    ...(mayKeep(file) ? [keepItem(file, onDevice)] : []),
  ];
  const select: MenuItem = { icon: "check", text: words.select.begin, onChoose: () => on.onSelect(file) };
  const remove: MenuItem = { icon: "trash", text: words.files.actions.remove, alarm: true, onChoose: () => on.onRemove(file) };
  return [
    { items: isPlayable(file) ? [...listen, ...(kindOf(file) === "audio" ? [radio] : [])] : [] },
    { items: [open, ...(file.threat ? [] : bytes), select] },
    { items: mayEdit ? [remove] : [] },
  ];
}

function edit({ file_id }: FileRecord, open: RowMenuProps["onOpen"]): void {
  editRequest.set(file_id);
  open(file_id);
}

/** Songs alone: films are large, and streamed. */
const mayKeep = (file: FileRecord) => kindOf(file) === "audio" && thisDevice()?.owner != null;

function keepItem(file: FileRecord, onDevice: boolean): MenuItem {
  return onDevice
    ? { icon: "device", text: words.page.unkeep, onChoose: () => void removeFromDevice(file) }
    : { icon: "device", text: words.page.keep, onChoose: () => void keepOnDevice(file) };
}

function Head({ file }: { file: FileRecord }) {
  const icon = iconOf(kindOf(file));
  return (
    <>
      <span className="row-menu-cover">
        <Cover {...coverOf(file, 96)}>
          {icon && <Icon name={icon} size={22} />}
        </Cover>
      </span>
      <span className="row-menu-words" dir="auto">
        <strong className="ellipsis">{titleOf(file)}</strong>
        {file.artist && <span className="soft ellipsis">{file.artist}</span>}
      </span>
    </>
  );
}
