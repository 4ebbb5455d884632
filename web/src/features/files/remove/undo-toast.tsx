/** "3 songs deleted. Undo": shown for a while, and for as long as the pointer or the focus is on it. A chunk of its own. */
import { useEffect, useEffectEvent, useState } from "react";
import { isComposing, isTypedInto } from "../../../lib/keys";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { titleOf } from "../file-kind";
import "./undo-toast.css";
import type { Removals } from "./use-removals";

const UNDO_MS = 7000;

export default function UndoToast({ pending, undo, deleteNow }: Removals) {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const end = useEffectEvent(() => void deleteNow());
  const attended = hovered || focused;

  useEffect(() => {
    if (attended) return undefined;
    const timer = setTimeout(() => end(), UNDO_MS);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each deletion restarts the time
  }, [pending, attended]);

  const undoByKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    if (event.defaultPrevented || isComposing(event) || isTypedInto(event.target)) return;
    event.preventDefault();
    undo();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => undoByKey(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);

  const [first] = pending;
  return (
    <div
      className="undo-toast"
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      <span className="ellipsis">{words.removal.shown(pending.length, first ? titleOf(first) : "")}</span>
      <Button className="button-small" onClick={undo}>
        {words.removal.undo}
      </Button>
    </div>
  );
}
