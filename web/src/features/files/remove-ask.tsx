/** The second thought before a song is deleted, in the row itself. */
import { useEffect, useRef, useState } from "react";
import { words } from "../../lib/words";
import { Button } from "../../ui/button";

export interface RemoveAskProps {
  title: string;
  /** Resolves to whether it was deleted; then this is gone with its row. */
  onYes: () => Promise<boolean>;
  onNo: () => void;
}

export function RemoveAsk({ title, onYes, onNo }: RemoveAskProps) {
  const keep = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);

  // The button that was pressed is gone; the harmless answer takes its focus.
  useEffect(() => keep.current?.focus(), []);

  const yes = async () => {
    setBusy(true);
    if (!(await onYes())) setBusy(false);
  };

  return (
    <div className="remove-ask">
      <span className="remove-ask-words">{words.files.removeAsk}</span>
      <Button look="alarm" className="button-small" aria-label={words.files.removeYes(title)} disabled={busy} onClick={() => void yes()}>
        {words.files.removeYesShort}
      </Button>
      <Button ref={keep} className="button-small" aria-label={words.files.removeNo(title)} onClick={onNo}>
        {words.files.removeNoShort}
      </Button>
    </div>
  );
}
