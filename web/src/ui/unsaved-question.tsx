/** "Discard your changes?", asked inside the dialog with the changes. */
import { useEffect, useId, useRef } from "react";
import type { Unsaved } from "../lib/use-unsaved";
import { words } from "../lib/words";
import { Button } from "./button";

export function UnsavedQuestion({ unsaved }: { unsaved: Unsaved }) {
  const keep = useRef<HTMLButtonElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    keep.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  return (
    <div className="dialog-question" role="alertdialog" aria-labelledby={titleId}>
      <p id={titleId}>{words.unsaved.question}</p>
      <Button ref={keep} className="button-small" onClick={unsaved.keep}>
        {words.unsaved.keep}
      </Button>
      <Button tone="alarm" className="button-small" onClick={unsaved.discard}>
        {words.unsaved.discard}
      </Button>
    </div>
  );
}
