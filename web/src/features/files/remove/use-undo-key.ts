/** Ctrl Z and ⌘ Z. Not in the toast, whose chunk may still be loading when the key is pressed. */
import { useEffect, useEffectEvent } from "react";
import { isComposing, isTypedInto } from "../../../lib/keys";

export function useUndoKey(isOn: boolean, undo: () => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    if (event.defaultPrevented || isComposing(event) || isTypedInto(event.target)) return;
    event.preventDefault();
    undo();
  });
  useEffect(() => {
    if (!isOn) return undefined;
    const listen = (event: KeyboardEvent) => press(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [isOn]);
}
