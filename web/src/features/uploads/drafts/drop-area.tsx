/** What the panel shows while nothing is chosen: a place to drop files, and the keys to choose them. */
import { useState } from "react";
import { useIsTouched } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import { FileSources, type FileSourcesProps } from "../choose/file-sources";
import "./drop-area.css";

export interface DropAreaProps extends Pick<FileSourcesProps, "accept" | "onFiles"> {
  limits: string;
}

/** Files are taken wherever they are dropped: here it only shows that. */
export function DropArea({ limits, accept, onFiles }: DropAreaProps) {
  const touched = useIsTouched();
  const [over, setOver] = useState(false);
  return (
    <div
      className="drop-area"
      data-over={over || undefined}
      onDragOver={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDrop={() => setOver(false)}
    >
      {!touched && <p className="drop-area-words">{words.add.none}</p>}
      <div className="drop-area-keys">
        <FileSources first accept={accept} onFiles={onFiles} />
      </div>
      <p className="soft">{limits}</p>
    </div>
  );
}
