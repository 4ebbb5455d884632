/** Where the songs of a list come from, page by page, and what their plays are reported under. */
import type { LibraryQuery } from "../features/files/list/library-query";
import { isPlayable } from "../features/files/file-kind";
import type { More } from "../features/player/api";
import { fromLibrary, type Origin } from "../features/player/queue/origin";

export function originIn({ mood }: LibraryQuery, file_id: string): Origin {
  return mood === null ? fromLibrary(file_id) : { source: "mood", mood };
}

/** Skip pages without playable files: they are not the end. */
export function playableOf(more: More): More {
  return async () => {
    let files = await more();
    while (files.length > 0 && !files.some(isPlayable)) files = await more();
    return files.filter(isPlayable);
  };
}
