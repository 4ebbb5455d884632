/** What a song in the list does to the player and to the library at once. The verbs stay the same over redraws. */
import { useCallback } from "react";
import { isPlayable, titleOf } from "./features/files/file-kind";
import type { LibraryView } from "./features/files/use-library";
import type { Player } from "./features/player/use-player";
import { announce } from "./lib/announce";
import { asApiError } from "./lib/api-error";
import { inWords } from "./lib/problem-words";
import type { FileRecord } from "./lib/types";
import { words } from "./lib/words";

export interface SongActions {
  /** Play it, and after it the rest of `list`; what cannot be played is opened. */
  play: (file: FileRecord, list: readonly FileRecord[]) => void;
  /** Resolves to whether it is gone. */
  remove: (file: FileRecord) => Promise<boolean>;
}

export function useSongActions(library: LibraryView, player: Player, open: (file: FileRecord) => void): SongActions {
  const { choose, forget } = player;
  const { remove: removeFromLibrary } = library;

  const play = useCallback(
    (file: FileRecord, list: readonly FileRecord[]) => {
      if (isPlayable(file)) choose(file, list.filter(isPlayable));
      else open(file);
    },
    [choose, open],
  );

  const remove = useCallback(
    async (file: FileRecord) => {
      try {
        await removeFromLibrary(file);
      } catch (error) {
        announce(inWords(asApiError(error)).detail, { shown: true });
        return false;
      }
      forget(file.file_id);
      announce(words.files.removed(titleOf(file)));
      return true;
    },
    [forget, removeFromLibrary],
  );

  return { play, remove };
}
