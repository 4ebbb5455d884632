/** A row's further buttons: side by side where there is room, else in a sheet behind one. */
import { useState } from "react";
import { formatBytes } from "../../lib/bytes";
import { exactTime } from "../../lib/format";
import { moodName, moodShape } from "../../lib/moods";
import type { FileRecord } from "../../lib/types";
import { words } from "../../lib/words";
import { Button, IconButton } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Shape } from "../../ui/shape";

export interface FileRowActionsProps {
  file: FileRecord;
  title: string;
  compact: boolean;
  mayRemove: boolean;
  onDownload: () => void;
  onCopyLink: () => void;
  onAskRemove: () => void;
}

export function FileRowActions(props: FileRowActionsProps) {
  const [open, setOpen] = useState(false);
  const { title, compact, mayRemove, onDownload, onCopyLink, onAskRemove } = props;
  if (!compact) {
    return (
      <div className="file-actions">
        <IconButton icon="download" label={words.files.download(title)} onClick={onDownload} />
        <IconButton icon="link" label={words.files.copyLink(title)} onClick={onCopyLink} />
        {mayRemove && <IconButton icon="trash" label={words.files.remove(title)} onClick={onAskRemove} />}
      </div>
    );
  }
  return (
    <div className="file-actions">
      <IconButton icon="more" label={words.files.more(title)} aria-haspopup="dialog" onClick={() => setOpen(true)} />
      {open && <ActionSheet {...props} onClose={() => setOpen(false)} />}
    </div>
  );
}

function ActionSheet({ file, title, mayRemove, onDownload, onCopyLink, onAskRemove, onClose }: FileRowActionsProps & { onClose: () => void }) {
  const thenClose = (action: () => void) => () => {
    onClose();
    action();
  };
  return (
    <Dialog light title={title} closeLabel={words.files.actions.close} onClose={onClose} aside={<Facts file={file} />}>
      <div className="file-sheet">
        <Button icon="download" onClick={thenClose(onDownload)}>
          {words.files.actions.download}
        </Button>
        <Button icon="link" onClick={thenClose(onCopyLink)}>
          {words.files.actions.copyLink}
        </Button>
        {mayRemove && (
          <Button icon="trash" onClick={thenClose(onAskRemove)}>
            {words.files.actions.remove}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Facts({ file }: { file: FileRecord }) {
  return (
    <p className="file-sheet-facts soft">
      {file.mood && (
        <>
          <Shape name={moodShape(file.mood)} size={14} /> {moodName(file.mood)} ·{" "}
        </>
      )}
      {formatBytes(file.size_bytes)} · {exactTime(file.confirmed_at)}
    </p>
  );
}
