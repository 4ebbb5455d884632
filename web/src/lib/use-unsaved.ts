/** Changes that are not saved yet: whoever is about to lose them is asked first, whichever way they leave. */
import { useEffect, useRef, useState } from "react";
import { holdHere } from "./address";
import { useLeaveWarning } from "./use-browser";

export interface Unsaved {
  /** There are some. */
  present: boolean;
  /** The question is on the screen. */
  asking: boolean;
  /** Do it at once, or, where changes would be lost, if the person agrees. */
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
