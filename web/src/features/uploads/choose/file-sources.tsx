/** Sources of files: the disk, a folder, and on a phone the camera and the microphone. */
import { Fragment } from "react";
import { words } from "../../../lib/words";
import { Button, IconButton } from "../../../ui/button";
import type { OnFiles } from "./left-out";
import { useFileChooser } from "./use-file-chooser";
import { useSources, type Source } from "./use-sources";

export interface FileSourcesProps {
  /** Nothing is chosen yet. */
  first: boolean;
  accept: readonly string[];
  onFiles: OnFiles;
}

export function FileSources({ first, accept, onFiles }: FileSourcesProps) {
  const label = first ? words.add.choose : words.add.more;
  const chooser = useFileChooser({ label, accept, onFiles });
  const sources = useSources(accept, onFiles);
  return (
    <>
      {chooser.input}
      <Button icon="plus" onClick={chooser.open}>
        {label}
      </Button>
      {sources.map((source) => (
        <Fragment key={source.label}>
          {source.input}
          <SourceKey source={source} spelt={first} />
        </Fragment>
      ))}
    </>
  );
}

/** `spelt`: show the name beside the icon, because there is room while nothing is chosen. */
function SourceKey({ source: { icon, label, open }, spelt }: { source: Source; spelt: boolean }) {
  if (!spelt) return <IconButton icon={icon} label={label} className="add-panel-source" onClick={open} />;
  return (
    <Button icon={icon} onClick={open}>
      {label}
    </Button>
  );
}
