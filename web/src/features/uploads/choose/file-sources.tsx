/** Sources of files: the disk, a folder, and on a phone the camera and the microphone. */
import { useIsTouched } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import { Button, IconButton } from "../../../ui/button";
import type { IconName } from "../../../ui/icon";
import type { OnFiles } from "./left-out";
import { useFileChooser, type FileChooserOptions } from "./use-file-chooser";

export interface FileSourcesProps {
  /** Nothing is chosen yet. */
  first: boolean;
  accept: readonly string[];
  onFiles: OnFiles;
}

export function FileSources({ first, accept, onFiles }: FileSourcesProps) {
  const touched = useIsTouched();
  const label = first ? words.add.choose : words.add.more;
  const chooser = useFileChooser({ label, accept, onFiles });
  const takes = (family: string) => accept.some((type) => type.startsWith(family));
  return (
    <>
      {chooser.input}
      <Button icon="plus" onClick={chooser.open}>
        {label}
      </Button>
      {KNOWS_FOLDERS && (
        <Source icon="folder" spelt={first} label={words.add.folder} source="folder" accept={[]} onFiles={onFiles} />
      )}
      {CAPTURES.filter(({ family }) => touched && takes(family)).map(({ family, icon, name }) => (
        <Source
          key={family}
          icon={icon}
          spelt={first}
          label={words.add[name]}
          source="camera"
          accept={[`${family}*`]}
          onFiles={onFiles}
        />
      ))}
    </>
  );
}

const KNOWS_FOLDERS = "webkitdirectory" in HTMLInputElement.prototype;

const CAPTURES = [
  { family: "image/", icon: "camera", name: "takePhoto" },
  { family: "video/", icon: "film", name: "recordVideo" },
  { family: "audio/", icon: "microphone", name: "recordAudio" },
] as const;

interface SourceProps extends FileChooserOptions {
  icon: IconName;
  /** Show the name beside the icon: there is room while nothing is chosen. */
  spelt: boolean;
}

function Source({ icon, spelt, ...options }: SourceProps) {
  const chooser = useFileChooser(options);
  return (
    <>
      {chooser.input}
      {spelt ? (
        <Button icon={icon} onClick={chooser.open}>
          {options.label}
        </Button>
      ) : (
        <IconButton icon={icon} label={options.label} className="add-panel-source" onClick={chooser.open} />
      )}
    </>
  );
}
