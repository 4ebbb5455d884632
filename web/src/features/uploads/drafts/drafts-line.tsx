/** "16 songs not uploaded yet": the drafts are still there after the panel is closed, and for a while after they are discarded. */
import { useAfter } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import "./drafts-line.css";

const UNDO_MS = 7000;

export interface DraftsLineProps {
  count: number;
  discarded: boolean;
  /** Show the panel again. */
  onContinue: () => void;
  onDiscard: () => void;
  /** The time to undo is over. */
  onEnd: () => void;
}

export function DraftsLine({ count, discarded, onContinue, onDiscard, onEnd }: DraftsLineProps) {
  const { add, removal } = words;
  useAfter(UNDO_MS, discarded, onEnd);
  return (
    <section className="drafts-line" aria-label={add.panel}>
      <p>{discarded ? add.discarded(count) : add.notUploaded(count)}</p>
      <Button className="button-small" onClick={onContinue}>
        {discarded ? removal.undo : add.continue}
      </Button>
      {!discarded && (
        <Button className="button-small" onClick={onDiscard}>
          {words.unsaved.discard}
        </Button>
      )}
    </section>
  );
}
