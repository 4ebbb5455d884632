/** Takes files anywhere in the window: dropped, in folders too, or pasted. Dropped on a mood, they start at once. */
import { useEffect, useEffectEvent, useState } from "react";
import { isTypedInto } from "../../../lib/keys";
import type { Mood } from "../../../lib/moods";
import { withPart } from "../../../lib/with-part";
import { lazyPart } from "../../../ui/lazy-part";
import type { DropFieldsProps } from "./drop-fields";
import { NOTHING_LEFT_OUT, type OnFiles } from "./left-out";

const DropFields = lazyPart<DropFieldsProps>(async () => ({ default: (await import("./drop-fields")).DropFields }), {
  quiet: true,
});

export interface DropZoneProps {
  moods: readonly Mood[];
  limits: string;
  onFiles: OnFiles;
}

export function DropZone({ moods, limits, onFiles }: DropZoneProps) {
  const over = useWindowFiles(onFiles);
  return over && <DropFields moods={moods} limits={limits} over={over.mood} />;
}

/** Where files hover: over a mood's field, or anywhere else (undefined). */
interface Over {
  mood: Mood | undefined;
}

const moodAt = ({ target }: DragEvent): Mood | undefined =>
  target instanceof Element ? target.closest<HTMLElement>("[data-drop-mood]")?.dataset["dropMood"] : undefined;

/** Null unless files hover over the window. */
function useWindowFiles(onFiles: OnFiles): Over | null {
  const [over, setOver] = useState<Over | null>(null);
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
      const mood = moodAt(event);
      setOver((before) => (before?.mood === mood ? (before ?? { mood }) : { mood }));
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) setOver(null);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(null);
      const mood = moodAt(event);
      // At once: they are gone when the event is over.
      const entries = [...event.dataTransfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
      const bare = [...event.dataTransfer.files];
      void withPart(() => import("./dropped-files"), ({ takeDropped }) => takeDropped(entries, bare, (files, leftOut) => take(files, leftOut, mood)));
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
