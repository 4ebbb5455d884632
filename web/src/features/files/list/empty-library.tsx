/** Shown in an empty library: what to do, and which files it accepts. */
import type { ReactNode } from "react";
import { moodName, type MoodFilter } from "../../../lib/moods";
import { useIsTouched } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import { Shape } from "../../../ui/shape";
import "./empty-library.css";

export interface EmptyLibraryProps {
  mood: MoodFilter;
  /** Whether files may be added. If not, it only says that there are none. */
  mayAdd: boolean;
  limits: string;
  /** The button to add songs. */
  children: ReactNode;
}

export function EmptyLibrary({ mood, mayAdd, limits, children }: EmptyLibraryProps) {
  const touched = useIsTouched();
  return (
    <div className="empty-library">
      <div className="empty-shapes">
        <span data-hue="happy">
          <Shape name="sun" size={34} />
        </span>
        <span data-hue="sad">
          <Shape name="drop" size={34} />
        </span>
        <span data-hue="neutral">
          <Shape name="leaf" size={34} />
        </span>
      </div>
      <h2>{mood === null ? words.files.empty : words.files.emptyMood(moodName(mood))}</h2>
      {mayAdd && <p className="soft">{hintFor(mood, touched)}</p>}
      {children}
      {mayAdd && <p className="empty-limits soft">{limits}</p>}
    </div>
  );
}

/** Nobody drops files on a phone. */
function hintFor(mood: MoodFilter, touched: boolean): string {
  const { emptyHint, emptyHintTouched, emptyMoodHint, emptyMoodHintTouched } = words.files;
  if (mood === null) return touched ? emptyHintTouched : emptyHint;
  return touched ? emptyMoodHintTouched : emptyMoodHint;
}
