/** A modal panel on the native <dialog>: focus trap, Escape and the inert page behind come with it. */
import { useId, useLayoutEffect, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import { isComposing } from "../lib/keys";
import type { Unsaved } from "../lib/use-unsaved";
import { IconButton } from "./button";
import "./dialog.css";
import { UnsavedQuestion } from "./unsaved-question";

export interface DialogProps {
  title: string;
  closeLabel: string;
  onClose: () => void;
  children: ReactNode;
  /** A click beside it closes it too. */
  light?: boolean;
  /** What would be lost by closing it: asked about first. */
  unsaved?: Unsaved;
  /** Beside the title, quieter. */
  aside?: ReactNode;
}

/** Open while it is rendered. */
export function Dialog({ title, closeLabel, onClose, aside, light = false, unsaved, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const composing = useRef(false);
  const close = () => (unsaved ? unsaved.leave(onClose) : onClose());

  // Closed while it is still in the page: the browser then gives the focus back to what had it.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={titleId}
      // A browser that is told "no" once closes it at the second Escape: where there is something to lose, it is not asked.
      closedby={unsaved?.present ? "none" : light ? "any" : "closerequest"}
      onKeyDown={(event) => {
        composing.current = isComposing(event.nativeEvent);
        if (unsaved?.present && !composing.current) onEscape(event, unsaved, close);
      }}
      onKeyUp={() => (composing.current = false)}
      {...(light && unsaved?.present && { onClick: besideIt(close) })}
      onCancel={(event) => {
        // A file chooser inside is cancelled too, and tells it; and an input method has an Escape of its own.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        if (!composing.current) close();
      }}
    >
      <header className="dialog-head">
        <div>
          <h2 id={titleId}>{title}</h2>
          {aside}
        </div>
        <IconButton icon="close" label={closeLabel} onClick={close} />
      </header>
      {unsaved?.asking && <UnsavedQuestion unsaved={unsaved} />}
      {children}
    </dialog>
  );
}

/** As the browser would take it. */
function besideIt(close: () => void) {
  return (event: MouseEvent) => {
    if (event.target === event.currentTarget) close();
  };
}

/** As the browser would take it; Escape again goes back to the changes. */
function onEscape(event: KeyboardEvent, unsaved: Unsaved, close: () => void): void {
  if (event.key !== "Escape") return;
  event.preventDefault();
  if (unsaved.asking) unsaved.keep();
  else close();
}
