/** What a song in the list does to the player and to the library at once. The verbs stay the same over redraws. */
import { useCallback } from "react";
import { isPlayable, titleOf } from "./features/files/file-kind";
import type { LibraryView } from "./features/files/use-library";
import { readOn, type More } from "./features/player/api";
import type { Player } from "./features/player/use-player";
import { announce } from "./lib/announce";
import { asApiError } from "./lib/api-error";
import { moodName, type Mood, type MoodFilter } from "./lib/moods";
import { inWords } from "./lib/problem-words";
import type { FileRecord } from "./lib/types";
import { words } from "./lib/words";

export interface SongActions {
  /** Play it, and after it the rest of `list`; what cannot be played is opened. */
  play: (file: FileRecord, list: readonly FileRecord[]) => void;
  /** Play songs of this mood, in any order. Resolves to whether there was one; if not, it was said why. */
  playMood: (mood: Mood) => Promise<boolean>;
  playNext: (file: FileRecord) => void;
  addLast: (file: FileRecord) => void;
  /** Resolves to whether it is gone. */
  remove: (file: FileRecord) => Promise<boolean>;
}

/** Songs asked for at a time: enough to be mixed well. */
const MIXED = 200;

export interface SongActionsOptions {
  library: LibraryView;
  player: Player;
  /** What the library shows. */
  mood: MoodFilter;
  open: (file: FileRecord) => void;
}

export function useSongActions({ library, player, mood: shown, open }: SongActionsOptions): SongActions {
  const { choose, startShuffled, forget, queue } = player;
  const { remove: removeFromLibrary, shelf } = library;
  const { next_cursor } = shelf;

  const play = useCallback(
    (file: FileRecord, list: readonly FileRecord[]) => {
      if (!isPlayable(file)) return open(file);
      const more = next_cursor === null ? undefined : playableOf(readOn(shown ? { mood: shown } : {}, next_cursor));
      choose(file, list.filter(isPlayable), more);
    },
    [choose, open, shown, next_cursor],
  );

  const playMood = useCallback(
    async (mood: Mood) => {
      const more = readOn({ mood, content_type: "audio/*", limit: MIXED });
      try {
        const files = await more();
        startShuffled(files, more);
        if (files.length === 0) announce(words.files.emptyMood(moodName(mood)), { shown: true });
        return files.length > 0;
      } catch (error) {
        announce(inWords(asApiError(error)).detail, { shown: true });
        return false;
      }
    },
    [startShuffled],
  );

  const playNext = useCallback(
    (file: FileRecord) => {
      queue.playNext(file);
      announce(words.player.queue.isNext(titleOf(file)), { shown: true });
    },
    [queue],
  );

  const addLast = useCallback(
    (file: FileRecord) => {
      queue.addLast(file);
      announce(words.player.queue.added(titleOf(file)), { shown: true });
    },
    [queue],
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

  return { play, playMood, playNext, addLast, remove };
}

/** A page without a song in it is not the end. */
function playableOf(more: More): More {
  return async () => {
    let files = await more();
    while (files.length > 0 && !files.some(isPlayable)) files = await more();
    return files.filter(isPlayable);
  };
}
