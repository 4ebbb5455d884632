/** An upload that stopped with an earlier page: what is stored, and one button to continue. */
import { percentOf, type UnfinishedUpload } from "@moodrop/uploads";
import { useState } from "react";
import { moodHue } from "../../../lib/moods";
import { words } from "../../../lib/words";
import { Button, IconButton } from "../../../ui/button";
import { nameOf } from "../name-of";
import { useFileChooser } from "../choose/use-file-chooser";

export interface UnfinishedRowProps {
  unfinished: UnfinishedUpload;
  accept: readonly string[];
  /** Returns false if a file belongs to no unfinished upload. */
  onFiles: (files: File[]) => boolean;
  onDiscard: () => void;
}

export function UnfinishedRow({ unfinished, accept, onFiles, onDiscard }: UnfinishedRowProps) {
  const { filename, size_bytes, stored_bytes, meta } = unfinished;
  const [wrong, setWrong] = useState(false);
  const name = nameOf(unfinished);
  const label = words.uploads.chooseAgainFor(name);
  const chooser = useFileChooser({ label, accept, onFiles: (files) => setWrong(!onFiles(files)) });
  return (
    <li className="upload-row" data-hue={moodHue(meta.mood)} data-status="unfinished">
      <div className="upload-head">
        <p className="upload-name ellipsis" title={filename}>
          {name}
        </p>
        <IconButton icon="close" size={16} label={words.uploads.discard(name)} onClick={onDiscard} />
      </div>
      <progress className="upload-bar" aria-label={name} max={100} value={percentOf(stored_bytes, size_bytes)} />
      <div className="upload-again">
        <p className="soft numbers">
          {stored_bytes > 0 && words.uploads.stored(stored_bytes, size_bytes)} {words.uploads.continueAgain}
        </p>
        {chooser.input}
        <Button className="button-small" aria-label={label} onClick={chooser.open}>
          {words.uploads.chooseAgain}
        </Button>
      </div>
      {wrong && (
        <p className="upload-other" role="alert">
          {words.uploads.otherFile(filename, size_bytes)}
        </p>
      )}
    </li>
  );
}
