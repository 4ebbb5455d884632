/** What a song in the list does to the player and to the library at once. */
import { isPlayable, titleOf } from "./features/files/file-kind";
import type { LibraryView } from "./features/files/use-library";
import type { Player } from "./features/player/use-player";
import { announce } from "./lib/announce";
import { asApiError } from "./lib/api-error";
import type { FileRecord } from "./lib/types";
import { words } from "./lib/words";

export function useSongActions(library: LibraryView, player: Player) {
  const { state } = player;

  const play = (file: FileRecord, openInstead: (file: FileRecord) => void) => {
    if (!isPlayable(file)) return openInstead(file);
    player.choose(file, library.shelf.files.filter(isPlayable));
  };

  /** Resolves to whether it is gone. */
  const remove = async (file: FileRecord): Promise<boolean> => {
    try {
      await library.remove(file);
    } catch (error) {
      announce(asApiError(error).detail, { shown: true });
      return false;
    }
    player.forget(file.file_id);
    announce(words.files.removed(titleOf(file)));
    return true;
  };

  return { current: state && { file_id: state.file.file_id, playing: state.status === "playing" }, play, remove };
}
