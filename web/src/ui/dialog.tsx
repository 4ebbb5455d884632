/** A modal panel on the native <dialog>, which brings the focus trap, Escape and the inert page behind. */
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
  /** A click beside the dialog closes it too. */
  light?: boolean;
  /** Changes that closing would lose: the dialog asks first. */
  unsaved?: Unsaved;
  /** Shown beside the title, in quieter type. */
  aside?: ReactNode;
}

/** Open while it is rendered. */
export function Dialog({ title, closeLabel, onClose, aside, light = false, unsaved, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const composing = useRef(false);
  const close = () => (unsaved ? unsaved.leave(onClose) : onClose());

  // Close it while it is still in the page: the browser then returns the focus to where it was.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // The browser would begin with the first button, which closes it.
    heading.current?.focus();
    return () => dialog?.close();
  }, []);

  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={titleId}
      // A browser refused once closes the dialog at the second Escape: with unsaved changes, it must not see Escape at all.
      closedby={unsaved?.present ? "none" : light ? "any" : "closerequest"}
      onKeyDown={(event) => {
        composing.current = isComposing(event.nativeEvent);
        if (unsaved?.present && !composing.current) onEscape(event, unsaved, close);
      }}
      onKeyUp={() => (composing.current = false)}
      {...(light && unsaved?.present && { onClick: besideIt(close) })}
      onCancel={(event) => {
        // A cancelled file chooser inside fires this event too, and an input method has an Escape of its own.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        if (!composing.current) close();
      }}
    >
      <header className="dialog-head">
        <div>
          <h2 ref={heading} id={titleId} tabIndex={-1}>
            {title}
          </h2>
          {aside}
        </div>
        <IconButton icon="close" label={closeLabel} onClick={close} />
      </header>
      {unsaved?.asking && <UnsavedQuestion unsaved={unsaved} />}
      {children}
    </dialog>
  );
}

/** Escape as the browser would understand it. */
function besideIt(close: () => void) {
  return (event: MouseEvent) => {
    if (event.target === event.currentTarget) close();
  };
}

/** Escape as the browser would understand it; a second Escape goes back to the changes. */
function onEscape(event: KeyboardEvent, unsaved: Unsaved, close: () => void): void {
  if (event.key !== "Escape") return;
  event.preventDefault();
  if (unsaved.asking) unsaved.keep();
  else close();
}
