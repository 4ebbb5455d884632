/** Actions of a file in the list that concern both player and library. They stay the same functions over redraws. */
import { useCallback } from "react";
import { isPlayable, kindOf } from "../features/files/file-kind";
import { parametersOf, type LibraryQuery } from "../features/files/list/library-query";
import type { Removals } from "../features/files/remove/use-removals";
import type { LibraryView } from "../features/files/list/use-library";
import { readOn } from "../features/player/api";
import type { Origin } from "../features/player/queue/origin";
import type { Player } from "../features/player/use-player";
import { announce } from "../lib/announce";
import type { Mood } from "../lib/moods";
import { titleOf } from "../lib/title-of";
import type { FileRecord } from "../lib/types";
import { withPart } from "../lib/with-part";
import { words } from "../lib/words";
import { originIn, playableOf } from "./list-source";

export interface ListActions {
  /** Play the file and then the rest of `list`. A picture is shown; any other file is opened. */
  play: (file: FileRecord, list: readonly FileRecord[]) => void;
  /** Play all that a list of the library has, from its beginning or in random order. */
  playAll: (list: LibraryQuery, order: { shuffled: boolean }) => Promise<void>;
  /** Play songs of the mood that a face shows, in random order. Resolves to false, with an announcement, if there are none. */
  playMood: (mood: Mood) => Promise<boolean>;
  /** Play a radio from a mood or a song. */
  startRadio: (from: Mood | FileRecord) => Promise<void>;
  /** Play it after the current file, or at once if nothing plays. */
  playNext: (file: FileRecord) => void;
  /** Play it after the whole queue, or at once if nothing plays. */
  addLast: (file: FileRecord) => void;
  /** Play these files and no others: pictures and pages among them are left out. */
  playThese: (files: readonly FileRecord[]) => void;
  /** Play them after the whole queue, or at once if nothing plays. Returns how many were added to the queue. */
  queueThese: (files: readonly FileRecord[]) => number;
  /** Delete the files; this can be undone for a while. */
  remove: (files: readonly FileRecord[]) => void;
}

const loadLists = () => import("./play-lists");
const LINK: Origin = { source: "link", mood: null };
const QUEUE: Origin = { source: "queue", mood: null };

export interface ListActionsOptions {
  library: LibraryView;
  removals: Removals;
  player: Player;
  /** What the library shows. */
  query: LibraryQuery;
  /** The file whose address the page was opened at, while its page is open. */
  linked_id: string | null;
  /** Show a picture, among these. */
  show: (file: FileRecord, pictures: readonly FileRecord[]) => void;
  open: (file: FileRecord) => void;
}

export function useListActions({ library, removals, player, query, linked_id, show, open }: ListActionsOptions): ListActions {
  const { choose, startShuffled, startRadio: begin, forget, queue } = player;
  const { remove: removeFromLibrary } = removals;
  const { next_cursor } = library.listPage;
  const silent = player.state === null;

  const originOf = useCallback(
    (file_id: string): Origin => (file_id === linked_id ? LINK : originIn(query, file_id)),
    [linked_id, query],
  );

  const play = useCallback(
    (file: FileRecord, list: readonly FileRecord[]) => {
      if (isPicture(file)) return show(file, list.filter(isPicture));
      if (!isPlayable(file)) return open(file);
      const more = next_cursor === null ? undefined : playableOf(readOn(parametersOf(query), next_cursor));
      choose(file, list.filter(isPlayable), { originOf, ...(more && { more }) });
    },
    [choose, show, open, query, originOf, next_cursor],
  );

  const playAll = useCallback(
    async (list: LibraryQuery, { shuffled }: { shuffled: boolean }) => {
      await withPart(loadLists, (lists) => lists.playAll(list, shuffled, { choose, startShuffled }));
    },
    [choose, startShuffled],
  );

  const playMood = useCallback(
    async (mood: Mood) => {
      let plays = false;
      await withPart(loadLists, async (lists) => {
        plays = await lists.playMood(mood, { startShuffled });
      });
      return plays;
    },
    [startShuffled],
  );

  const startRadio = useCallback(
    async (from: Mood | FileRecord) => {
      await withPart(() => import("../features/radio/start-radio"), (radio) => radio.startRadio(from, originOf, begin));
    },
    [begin, originOf],
  );

  const addLast = useCallback(
    (file: FileRecord) => {
      if (silent) return choose(file, [file], { originOf: () => QUEUE });
      queue.addLast(file);
      announce(words.player.queue.added(titleOf(file)), { shown: true });
    },
    [silent, choose, queue],
  );

  const playThese = useCallback(
    (files: readonly FileRecord[]) => {
      const chosen = files.filter(isPlayable);
      if (chosen.length > 0) begin(chosen, { originOf });
    },
    [begin, originOf],
  );

  const queueThese = useCallback(
    (files: readonly FileRecord[]) => {
      const chosen = silent ? [] : files.filter(isPlayable);
      for (const file of chosen) queue.addLast(file);
      if (silent) playThese(files);
      return chosen.length;
    },
    [silent, playThese, queue],
  );

  const playNext = useCallback(
    (file: FileRecord) => {
      if (silent) return choose(file, [file], { originOf: () => QUEUE });
      queue.playNext(file);
      announce(words.player.queue.isNext(titleOf(file)), { shown: true });
    },
    [silent, choose, queue],
  );

  const remove = useCallback(
    (files: readonly FileRecord[]) => {
      removeFromLibrary(files);
      for (const file of files) forget(file.file_id);
    },
    [forget, removeFromLibrary],
  );

  return { play, playAll, playMood, startRadio, playNext, addLast, playThese, queueThese, remove };
}

function isPicture(file: FileRecord): boolean {
  return !file.threat && kindOf(file) === "picture";
}
