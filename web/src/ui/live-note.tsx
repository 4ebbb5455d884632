/** The page's one polite live region. Some announcements are also shown for a moment. */
import { useEffect, useState } from "react";
import { announcements } from "../lib/announce";
import { useStore } from "../lib/store";
import "./live-note.css";

const SHOWN_FOR_MS = 5000;

export function LiveNote() {
  const { text, shown, id } = useStore(announcements);
  const [hiddenId, setHiddenId] = useState(0);

  useEffect(() => {
    const timer = setTimeout(() => setHiddenId(id), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [id]);

  return (
    <output className={shown && hiddenId !== id ? "live-note" : "visually-hidden"}>
      {text}
    </output>
  );
}
