/** The picture that lies beside the songs of a folder, such as cover.jpg: a cover for those that have none of their own. */
import { contentTypeOf } from "@moodrop/uploads";

/** A file, and the folder that it was chosen with; empty if it was chosen by itself. */
export interface FiledFile {
  file: File;
  folder: string;
}

/** In order of preference, as music players have it. */
const NAMES = ["cover", "folder", "front"];

const covers = new WeakMap<Blob, File>();

/** Return the picture that was chosen with the folder of this song. */
export function folderCoverOf(song: Blob): File | undefined {
  return covers.get(song);
}

/** Note the pictures of folders that have songs, for `folderCoverOf`. Returns all other files. */
export function takeFolderCovers(filed: readonly FiledFile[]): File[] {
  const pictures = new Map<string, File>();
  for (const name of NAMES.toReversed()) {
    for (const { file, folder } of filed) if (folder && isCoverNamed(file, name)) pictures.set(folder, file);
  }
  const used = new Set<File>();
  for (const { file, folder } of filed) {
    const picture = contentTypeOf(file).startsWith("audio/") ? pictures.get(folder) : undefined;
    if (!picture) continue;
    covers.set(file, picture);
    used.add(picture);
  }
  return filed.flatMap(({ file }) => (used.has(file) ? [] : [file]));
}

function isCoverNamed(file: File, name: string): boolean {
  return file.name.toLowerCase().replace(/\.[^.]*$/u, "") === name && contentTypeOf(file).startsWith("image/");
}
