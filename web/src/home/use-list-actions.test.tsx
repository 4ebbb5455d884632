import { act, renderHook, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { EVERYTHING, type LibraryQuery } from "../features/files/list/library-query";
import { useLibrary } from "../features/files/list/use-library";
import { useRemovals } from "../features/files/remove/use-removals";
import { upcoming, type Queue } from "../features/player/queue/queue";
import { usePlayer } from "../features/player/use-player";
import { announcements } from "../lib/announce";
import type { MoodFilter } from "../lib/moods";
import type { FileRecord } from "../lib/types";
import { aFile } from "../testing/builders";
import { aWorld } from "../testing/server";
import { useListActions } from "./use-list-actions";

const many = (count: number, given: Partial<FileRecord> = {}) =>
  Array.from({ length: count }, (_, index) => aFile({ file_id: `${given.mood ?? "s"}-${index}`, ...given }));

/** The same object each time, as the page's address gives it. */
const QUERIES: Readonly<Record<string, LibraryQuery>> = {
  all: EVERYTHING,
  happy: { ...EVERYTHING, mood: "happy" },
  sad: { ...EVERYTHING, mood: "sad" },
};
const queryOf = (mood: MoodFilter) => QUERIES[mood ?? "all"] ?? { ...EVERYTHING, mood };

const sources = (queue: Queue | undefined) => queue?.entries.map(({ file, origin }) => [file.file_id, origin.source, origin.mood]);

/** The page without its looks, with `mood` chosen. */
function thePage(initial: MoodFilter = null, linked_id: string | null = null) {
  const open = vi.fn<(file: FileRecord) => void>();
  const show = vi.fn<(file: FileRecord, pictures: readonly FileRecord[]) => void>();
  const hook = renderHook(
    ({ mood }) => {
      const query = queryOf(mood);
      const [library, player] = [useLibrary(query), usePlayer()];
      const removals = useRemovals(library.forget);
      return { library, player, actions: useListActions({ library, removals, player, query, linked_id, show, open }) };
    },
    { initialProps: { mood: initial } },
  );
  const loaded = () => waitFor(() => expect(hook.result.current.library.listPage.status).toBe("ready"));
  const queue = () => hook.result.current.player.state?.queue;
  return { ...hook, open, show, loaded, queue };
}

test("a mood's songs play in any order, and only those", async () => {
  aWorld({ files: [...many(30, { mood: "happy" }), ...many(30, { mood: "sad" })] });
  const { result, queue } = thePage();

  let played = false;
  await act(async () => {
    played = await result.current.actions.playMood("happy");
  });

  expect(played).toBe(true);
  expect(queue()?.at).toBe(0);
  expect(queue()?.entries).toHaveLength(30);
  expect(new Set(queue()?.entries.map(({ file }) => file.mood))).toEqual(new Set(["happy"]));
  expect(queue()?.entries.map(({ file }) => file.file_id)).not.toEqual(many(30, { mood: "happy" }).map((file) => file.file_id));
});

test("a mood without songs says so, and what plays goes on", async () => {
  aWorld({ files: many(2, { mood: "happy" }) });
  const { result, queue } = thePage();
  await act(() => result.current.actions.playMood("happy"));

  let played = true;
  await act(async () => {
    played = await result.current.actions.playMood("sad");
  });

  expect(played).toBe(false);
  expect(announcements.get()).toMatchObject({ text: "No sad songs yet.", shown: true });
  expect(queue()?.entries).toHaveLength(2);
});

test("a whole list plays from its beginning, or in any order, with what led to it", async () => {
  aWorld({ files: [...many(120, { mood: "happy" }), ...many(3, { mood: "sad" })] });
  const { result, queue } = thePage();
  const happy = queryOf("happy");

  await act(() => result.current.actions.playAll(happy, { shuffled: false }));
  await waitFor(() => expect(queue()?.entries.length).toBeGreaterThanOrEqual(50));
  expect(queue()).toMatchObject({ at: 0, shuffled: false });
  expect(sources(queue())?.[0]).toEqual(["happy-0", "mood", "happy"]);

  await act(() => result.current.actions.playAll(happy, { shuffled: true }));
  expect(queue()).toMatchObject({ at: 0, shuffled: true });
  expect(new Set(queue()?.entries.map(({ file }) => file.mood))).toEqual(new Set(["happy"]));
  expect(queue()?.entries).toHaveLength(120);
});

test("near the end of what is loaded, the queue asks for more of the same list, whatever is shown", async () => {
  aWorld({ files: [...many(60, { mood: "happy" }), ...many(3, { mood: "sad" })] });
  const { result, rerender, loaded, queue } = thePage("happy");
  await loaded();
  const { files } = result.current.library.listPage;
  expect(files).toHaveLength(50);
  const late = files[47];

  if (late) act(() => result.current.actions.play(late, files));
  rerender({ mood: "sad" });

  await waitFor(() => expect(queue()?.entries).toHaveLength(60));
  expect(queue()?.entries[queue()?.at ?? -1]?.file).toEqual(late);
});

test("the end of a list is not asked for again", async () => {
  aWorld({ files: many(3) });
  const { result, loaded, queue } = thePage();
  await loaded();
  const { files } = result.current.library.listPage;

  if (files[0]) act(() => result.current.actions.play(files[0] ?? aFile(), files));

  expect(upcoming(queue() ?? { entries: [], at: 0, shuffled: false, repeat: "off" })).toHaveLength(2);
});

test("a picture is shown among the others, and any other file is opened", () => {
  aWorld();
  const { result, open, show, queue } = thePage();
  const [picture, other] = [aFile({ content_type: "image/png" }), aFile({ content_type: "image/jpeg" })];
  const page = aFile({ content_type: "application/pdf" });

  act(() => result.current.actions.play(picture, [aFile(), picture, page, other]));
  act(() => result.current.actions.play(page, [aFile(), picture, page, other]));

  expect(show).toHaveBeenCalledExactlyOnceWith(picture, [picture, other]);
  expect(open).toHaveBeenCalledExactlyOnceWith(page);
  expect(queue()).toBeUndefined();
});

test("with nothing playing, a song for the queue plays", async () => {
  aWorld();
  const { result, queue } = thePage();

  act(() => result.current.actions.addLast(aFile()));

  expect(queue()?.entries.map(({ file }) => file)).toEqual([aFile()]);
});

test("songs are put into the queue, and it is said", async () => {
  aWorld({ files: many(3) });
  const { result, loaded, queue } = thePage();
  await loaded();
  const { files } = result.current.library.listPage;
  if (files[0]) act(() => result.current.actions.play(files[0] ?? aFile(), files));

  act(() => result.current.actions.playNext(aFile({ file_id: "x", title: "Extra" })));
  act(() => result.current.actions.addLast(aFile({ file_id: "y" })));

  expect(queue()?.entries.map(({ file }) => file.file_id)).toEqual(["s-0", "x", "s-1", "s-2", "y"]);
  expect(announcements.get().text).toBe("Blue added to the queue.");
});


test("each song knows what led to it", async () => {
  aWorld({ files: many(2, { mood: "happy" }) });
  const { result, rerender, loaded, queue } = thePage(null, "happy-1");
  await loaded();
  const { files } = result.current.library.listPage;
  const [first = aFile()] = files;

  act(() => result.current.actions.play(first, files));
  act(() => result.current.actions.addLast(aFile({ file_id: "x" })));
  expect(sources(queue())).toEqual([
    ["happy-0", "library", null],
    ["happy-1", "link", null],
    ["x", "queue", null],
  ]);

  rerender({ mood: "happy" });
  act(() => result.current.actions.play(first, [first]));
  expect(sources(queue())).toEqual([["happy-0", "mood", "happy"]]);

  await act(() => result.current.actions.playMood("happy"));
  expect(sources(queue())?.map(([, ...led]) => led)).toEqual([
    ["face", "happy"],
    ["face", "happy"],
  ]);
});
