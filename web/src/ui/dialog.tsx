/** A modal panel on the native <dialog>: focus trap, Escape and the inert page behind come with it. */
import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { isComposing } from "../lib/keys";
import { IconButton } from "./button";
import "./dialog.css";

export interface DialogProps {
  title: string;
  closeLabel: string;
  onClose: () => void;
  children: ReactNode;
  /** A click beside it closes it too: for what holds nothing that could be lost. */
  light?: boolean;
  /** Beside the title, quieter. */
  aside?: ReactNode;
}

/** Open while it is rendered. */
export function Dialog({ title, closeLabel, onClose, aside, light = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const composing = useRef(false);

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
      closedby={light ? "any" : "closerequest"}
      onKeyDown={({ nativeEvent }) => (composing.current = isComposing(nativeEvent))}
      onKeyUp={() => (composing.current = false)}
      onCancel={(event) => {
        // A file chooser inside is cancelled too, and tells it; and an input method has an Escape of its own.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        if (!composing.current) onClose();
      }}
    >
      <header className="dialog-head">
        <div>
          <h2 id={titleId}>{title}</h2>
          {aside}
        </div>
        <IconButton icon="close" label={closeLabel} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}
