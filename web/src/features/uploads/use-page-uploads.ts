import { useEffect, useState } from "react";
import type { Mood, MoodFilter } from "../../lib/moods";
import { PageUploads } from "./page-uploads";

/** Keep the uploads of one session; they propose the mood that the library shows. */
export function usePageUploads(moods: readonly Mood[], shownMood: MoodFilter): PageUploads {
  const [uploads] = useState(() => new PageUploads(moods));
  useEffect(() => uploads.showMood(shownMood), [uploads, shownMood]);
  return uploads;
}
