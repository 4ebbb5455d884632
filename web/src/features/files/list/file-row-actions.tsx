/** A row's further buttons: side by side, or one button that opens the file's page. */
import { words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";

export interface FileRowActionsProps {
  title: string;
  /** Show few buttons: there is no room for all, or they would be too small for a finger. */
  few: boolean;
  /** Nobody gets the bytes of a file with a threat. */
  mayFetch: boolean;
  mayRemove: boolean;
  /** Null if the file cannot be played. */
  onQueue: (() => void) | null;
  onDownload: () => void;
  onCopyLink: () => void;
  onRemove: () => void;
  onOpen: () => void;
}

export function FileRowActions({ title, few, mayFetch, mayRemove, ...on }: FileRowActionsProps) {
  return (
    <div className="file-actions">
      {on.onQueue && <IconButton icon="queue" label={words.files.queue(title)} onClick={on.onQueue} />}
      {few ? (
        <IconButton icon="more" label={words.files.more(title)} aria-haspopup="dialog" onClick={on.onOpen} />
      ) : (
        <>
          {mayFetch && <IconButton icon="download" label={words.files.download(title)} onClick={on.onDownload} />}
          {mayFetch && <IconButton icon="link" label={words.files.copyLink(title)} onClick={on.onCopyLink} />}
          {mayRemove && <IconButton icon="trash" label={words.files.remove(title)} onClick={on.onRemove} />}
        </>
      )}
    </div>
  );
}
