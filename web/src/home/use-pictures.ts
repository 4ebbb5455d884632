import { useCallback, useState } from "react";
import type { PictureViewProps } from "../features/player/pictures/picture-view";
import type { FileRecord } from "../lib/types";

export interface Pictures {
  /** Null while no picture is open. */
  shown: Pick<PictureViewProps, "start" | "pictures"> | null;
  show: (start: FileRecord, pictures: readonly FileRecord[]) => void;
  close: () => void;
}

/** Keep which picture is open over the page. */
export function usePictures(): Pictures {
  const [shown, setShown] = useState<Pictures["shown"]>(null);
  const show = useCallback((start: FileRecord, pictures: readonly FileRecord[]) => setShown({ start, pictures }), []);
  const close = useCallback(() => setShown(null), []);
  return { shown, show, close };
}
