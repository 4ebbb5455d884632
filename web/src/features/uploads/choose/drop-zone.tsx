/** Takes files anywhere in the window: dropped, in folders too, or pasted. */
import { useEffect, useEffectEvent, useState } from "react";
import { announce } from "../../../lib/announce";
import { isTypedInto } from "../../../lib/keys";
import { words } from "../../../lib/words";
import { Shape } from "../../../ui/shape";
import "./drop-zone.css";
import { droppedFiles } from "./dropped-files";
import { countOf, NOTHING_LEFT_OUT, type OnFiles } from "./left-out";

export interface DropZoneProps {
  limits: string;
  hue: string;
  onFiles: OnFiles;
}

export function DropZone({ limits, hue, onFiles }: DropZoneProps) {
  const over = useWindowFiles(onFiles);
  if (!over) return null;
  return (
    <div className="drop-zone" data-hue={hue}>
      <div className="drop-zone-frame">
        <Shape name="trio" size={44} />
        <p className="drop-zone-title">{words.add.drop}</p>
        <p className="soft">{limits}</p>
      </div>
    </div>
  );
}

/** True while files hover over the window. */
function useWindowFiles(onFiles: OnFiles): boolean {
  const [over, setOver] = useState(false);
  const take = useEffectEvent(onFiles);

  useEffect(() => {
    const stop = new AbortController();
    const options = { signal: stop.signal };
    // A picture dragged from the page itself carries a file too, but not one from outside.
    let own = false;
    const begin = () => (own = true);
    // A drag sends no pointer events: the first one means that it is over, however it ended.
    const end = () => (own = false);
    const carriesFiles = (transfer: DataTransfer | null) => !own && (transfer?.types.includes("Files") ?? false);

    // Without preventDefault on dragover the browser would open the file.
    const hover = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(false);
      void droppedFiles(event.dataTransfer).then(({ files, leftOut }) => {
        if (files.length + countOf(leftOut) === 0) announce(words.add.nothingThere, { shown: true });
        else take(files, leftOut);
      });
    };
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0 || event.defaultPrevented || isForField(event)) return;
      event.preventDefault();
      take(files, NOTHING_LEFT_OUT);
    };

    globalThis.addEventListener("dragstart", begin, options);
    globalThis.addEventListener("dragend", end, options);
    globalThis.addEventListener("pointermove", end, options);
    globalThis.addEventListener("dragover", hover, options);
    globalThis.addEventListener("dragleave", leave, options);
    globalThis.addEventListener("drop", drop, options);
    globalThis.addEventListener("paste", paste, options);
    return () => stop.abort();
  }, []);

  return over;
}

/** True for text pasted into a field. Spreadsheets put a picture of the cells beside the text. */
function isForField({ target, clipboardData }: ClipboardEvent): boolean {
  return isTypedInto(target) && (clipboardData?.types.some((type) => type.startsWith("text/")) ?? false);
}
