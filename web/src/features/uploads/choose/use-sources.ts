/** The ways to add files beside the file chooser: a folder, and on a touch screen the camera and the microphone. */
import { useIsTouched } from "../../../lib/use-browser";
import { words } from "../../../lib/words";
import type { IconName } from "../../../ui/icon";
import type { OnFiles } from "./left-out";
import { useFileChooser, type FileChooser } from "./use-file-chooser";

export interface Source extends FileChooser {
  label: string;
  icon: IconName;
}

const KNOWS_FOLDERS = "webkitdirectory" in HTMLInputElement.prototype;
const ANYTHING: readonly string[] = [];
const PICTURES = ["image/*"];
const FILMS = ["video/*"];
const SOUND = ["audio/*"];

/** `accept`: the content types that the service takes. */
export function useSources(accept: readonly string[], onFiles: OnFiles): readonly Source[] {
  const { add } = words;
  const touched = useIsTouched();
  const folder = useFileChooser({ label: add.folder, accept: ANYTHING, source: "folder", onFiles });
  const photo = useFileChooser({ label: add.takePhoto, accept: PICTURES, source: "camera", onFiles });
  const film = useFileChooser({ label: add.recordVideo, accept: FILMS, source: "camera", onFiles });
  const sound = useFileChooser({ label: add.recordAudio, accept: SOUND, source: "camera", onFiles });
  const captures: readonly (Source & { family: string })[] = [
    { family: "image/", icon: "camera", label: add.takePhoto, ...photo },
    { family: "video/", icon: "film", label: add.recordVideo, ...film },
    { family: "audio/", icon: "microphone", label: add.recordAudio, ...sound },
  ];
  const takes = (family: string) => touched && accept.some((type) => type.startsWith(family));
  return [
    ...(KNOWS_FOLDERS ? [{ icon: "folder" as const, label: add.folder, ...folder }] : []),
    ...captures.filter(({ family }) => takes(family)),
  ];
}
