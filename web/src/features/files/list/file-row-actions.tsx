/** A row's further buttons: the most used where there is room for them, and one that opens a menu of all. */
import { words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";

export interface FileRowActionsProps {
  title: string;
  /** There is no room for more than the menu's button, or they would be too small for a finger. */
  few: boolean;
  /** Nobody gets the bytes of a file with a threat. */
  mayFetch: boolean;
  mayRemove: boolean;
  /** Null if the file cannot be played. */
  onQueue: (() => void) | null;
  onDownload: () => void;
  onRemove: () => void;
  /** Open the menu at the button. */
  onMenu: (button: Element) => void;
}

export function FileRowActions({ title, few, mayFetch, mayRemove, ...on }: FileRowActionsProps) {
  return (
    <div className="file-actions">
      {!few && (
        <>
          {on.onQueue && <IconButton icon="enqueue" label={words.files.queue(title)} onClick={on.onQueue} />}
          {mayFetch && <IconButton icon="download" label={words.files.download(title)} onClick={on.onDownload} />}
          {mayRemove && <IconButton icon="trash" label={words.files.remove(title)} onClick={on.onRemove} />}
        </>
      )}
      <IconButton icon="more" label={words.files.more(title)} aria-haspopup="menu" onClick={(event) => on.onMenu(event.currentTarget)} />
    </div>
  );
}
