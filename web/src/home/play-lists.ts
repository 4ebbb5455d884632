/** Plays whole lists of the library. A chunk of its own, loaded when the first one is asked for. */
import { parametersOf, type LibraryQuery } from "../features/files/list/library-query";
import { readOn } from "../features/player/api";
import type { Player } from "../features/player/use-player";
import { announce } from "../lib/announce";
import { asApiError } from "../lib/api-error";
import { moodName, type Mood } from "../lib/moods";
import { inWords } from "../lib/problem-words";
import { words } from "../lib/words";
import { originIn, playableOf } from "./list-source";

/** Songs requested at a time: enough to shuffle well. */
const MIXED = 200;

type Starts = Pick<Player, "choose" | "startShuffled">;

export async function playAll(list: LibraryQuery, shuffled: boolean, { choose, startShuffled }: Starts): Promise<void> {
  const more = playableOf(readOn({ ...parametersOf(list), ...(shuffled && { limit: MIXED }) }));
  const lead = { more, originOf: (file_id: string) => originIn(list, file_id) };
  try {
    const files = await more();
    const [first] = files;
    if (!first) announce(words.search.noneOfKind.audio, { shown: true });
    else if (shuffled) startShuffled(files, lead);
    else choose(first, files, lead);
  } catch (error) {
    announce(inWords(asApiError(error)).detail, { shown: true });
  }
}

/** Resolves to false, with an announcement, if nothing plays. */
export async function playMood(mood: Mood, { startShuffled }: Pick<Starts, "startShuffled">): Promise<boolean> {
  const more = readOn({ mood, content_type: "audio/*", limit: MIXED });
  try {
    const files = await more();
    startShuffled(files, { more, originOf: () => ({ source: "face", mood }) });
    if (files.length === 0) announce(words.files.emptyMood(moodName(mood)), { shown: true });
    return files.length > 0;
  } catch (error) {
    announce(inWords(asApiError(error)).detail, { shown: true });
    return false;
  }
}
