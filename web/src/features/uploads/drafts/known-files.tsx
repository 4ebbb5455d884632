/** "5 of 16 are in your library already": skip them, or add them anyway. */
import { useEffect } from "react";
import { announce } from "../../../lib/announce";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import type { AddPanelProps } from "./add-panel";

export function KnownFiles({ known, drafts, onSkipKnown, onKeepKnown }: AddPanelProps) {
  const message = words.add.known(known.length, drafts.length);
  useEffect(() => announce(message), [message]);
  return (
    <div className="known-files">
      <p>{message}</p>
      <Button className="button-small" onClick={onSkipKnown}>
        {words.add.skip}
      </Button>
      <Button className="button-small" onClick={onKeepKnown}>
        {words.add.addAnyway}
      </Button>
    </div>
  );
}
