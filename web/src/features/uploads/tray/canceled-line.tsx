/** "3 uploads canceled. Undo": for a while, before they are removed. */
import { useAfter } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import "../drafts/drafts-line.css";

const UNDO_MS = 7000;

export interface CanceledLineProps {
  count: number;
  onUndo: () => void;
  /** The time to undo is over. */
  onEnd: () => void;
}

export function CanceledLine({ count, onUndo, onEnd }: CanceledLineProps) {
  useAfter(UNDO_MS, true, onEnd);
  return (
    <section className="drafts-line" aria-label={words.uploads.cancelAll}>
      <p>{words.uploads.canceled(count)}</p>
      <Button className="button-small" onClick={onUndo}>
        {words.removal.undo}
      </Button>
    </section>
  );
}
