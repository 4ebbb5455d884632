/** The files of an input: which of them are meant, and what such an input takes. A chunk of its own. */
import { takeFolderCovers } from "./folder-covers";
import { isHidden, isLeftBySystem } from "./hidden-files";
import { NOTHING_LEFT_OUT, type LeftOut } from "./left-out";

export { extensionsOf } from "@moodrop/uploads";

/** Split the files of an input, chosen one by one or by folder, into meant and left out. */
export function splitHidden(files: readonly File[]): { meant: File[]; leftOut: LeftOut } {
  const hidden = new Set<string>();
  const meant = files.filter((file) => {
    const path = hiddenPathOf(file);
    if (path !== null) hidden.add(path);
    return path === null;
  });
  const filed = meant.map((file) => ({ file, folder: folderOf(file) }));
  return { meant: takeFolderCovers(filed), leftOut: { ...NOTHING_LEFT_OUT, hidden: hidden.size } };
}

function folderOf({ name, webkitRelativePath }: File): string {
  return webkitRelativePath ? webkitRelativePath.slice(0, -name.length) : "";
}

/** Return the path up to the first hidden name below the chosen folder; null if there is none. */
function hiddenPathOf({ name, webkitRelativePath }: File): string | null {
  const names = webkitRelativePath ? webkitRelativePath.split("/") : [];
  if (names.length < 2) return isLeftBySystem(name) ? name : null;
  const first = names.findIndex((part, index) => index > 0 && isHidden(part));
  return first < 0 ? null : names.slice(0, first + 1).join("/");
}
