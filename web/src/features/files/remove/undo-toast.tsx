/** "3 songs deleted. Undo": shown for a while, and for as long as the pointer or the focus is on it. A chunk of its own. */
import { useEffect, useEffectEvent, useState } from "react";
import { titleOf } from "../../../lib/title-of";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
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
