/** Unsaved changes: the person is asked before they are lost, whichever way they leave. */
import { useEffect, useRef, useState } from "react";
import { holdHere } from "./address";
import { useLeaveWarning } from "./use-browser";

export interface Unsaved {
  /** There are unsaved changes. */
  present: boolean;
  /** The question is on the screen. */
  asking: boolean;
  /** Run `action` at once, or after the person agrees if changes would be lost. */
  leave: (action: () => void) => void;
  keep: () => void;
  discard: () => void;
}

export function useUnsaved(present: boolean): Unsaved {
  const [pending, setPending] = useState<{ action: () => void } | null>(null);
  const letGo = useRef<() => void>(undefined);
  useLeaveWarning(present);
  useEffect(() => {
    if (!present) return undefined;
    const release = holdHere((action) => setPending({ action }));
    letGo.current = release;
    return release;
  }, [present]);

  return {
    present,
    asking: present && pending !== null,
    leave(action) {
      if (present) setPending({ action });
      else action();
    },
    keep: () => setPending(null),
    discard() {
      letGo.current?.();
      pending?.action();
    },
  };
}
