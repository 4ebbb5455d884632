/** The cover of a song whose folder has one, scaled down once for all songs of the folder. */
import { shrinkPicture } from "../../../lib/small-picture";
import { folderCoverOf } from "../choose/folder-covers";

const shrunk = new WeakMap<File, Promise<Blob>>();

/** Never rejects: a picture that cannot be read is no cover. */
export async function readFolderCover(song: Blob): Promise<{ cover?: Blob }> {
  const picture = folderCoverOf(song);
  if (!picture) return {};
  const shrinking = shrunk.get(picture) ?? shrinkPicture(picture);
  shrunk.set(picture, shrinking);
  return shrinking.then((cover) => ({ cover }), () => ({}));
}
