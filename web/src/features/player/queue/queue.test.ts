import { describe, expect, test } from "vitest";
import { aFile } from "../../../testing/builders";
import * as queues from "./queue";
import type { Queue } from "./queue";

const songs = ["a", "b", "c", "d", "e"].map((file_id) => aFile({ file_id }));
const song = (file_id: string) => aFile({ file_id });
const PLAIN = { shuffled: false, repeat: "off" } as const;

/** A random number that is always the same. */
function seeded(seed = 7): queues.Random {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

const ids = (queue: Queue) => queue.entries.map(({ file }) => file.file_id).join("");
const idsOf = (entries: readonly queues.Entry[]) => entries.map(({ file }) => file.file_id).join("");
const current = (queue: Queue) => queues.currentOf(queue)?.file.file_id;
const keyOf = (queue: Queue, file_id: string) => queue.entries.find(({ file }) => file.file_id === file_id)?.key ?? -1;
const from = (start: string, order: queues.Order = PLAIN) => queues.queueOf(songs, song(start), order, seeded());

test("a song plays, and after it the rest of its list", () => {
  const queue = from("c");

  expect(current(queue)).toBe("c");
  expect(idsOf(queues.upcoming(queue))).toBe("de");
});

describe("next and previous", () => {
  test("end with the list", () => {
    expect(queues.neighbour(from("a"), -1)).toBeNull();
    expect(queues.neighbour(from("e"), 1)).toBeNull();
  });

  test("go round when all is repeated", () => {
    expect(queues.neighbour(from("a", { ...PLAIN, repeat: "all" }), -1)?.file.file_id).toBe("e");
    expect(queues.neighbour(from("e", { ...PLAIN, repeat: "all" }), 1)?.file.file_id).toBe("a");
  });

  test("leave a song that is repeated, which only its own end does not", () => {
    const queue = from("b", { ...PLAIN, repeat: "one" });

    expect(queues.neighbour(queue, 1)?.file.file_id).toBe("c");
    expect(queues.follower(queue)?.file.file_id).toBe("b");
  });
});

describe("shuffle", () => {
  test("begins with what was chosen and loses nobody", () => {
    const queue = from("c", { ...PLAIN, shuffled: true });

    expect(current(queue)).toBe("c");
    expect(queue.at).toBe(0);
    expect(queue.entries.map(({ file }) => file.file_id).toSorted().join("")).toBe("abcde");
  });

  test("puts every song in every place about as often", () => {
    const random = seeded();
    const first = new Map<string, number>();
    for (let round = 0; round < 4000; round += 1) {
      const id = queues.shuffle(from("a"), random).entries[1]?.file.file_id ?? "";
      first.set(id, (first.get(id) ?? 0) + 1);
    }

    for (const id of "bcde") expect(first.get(id)).toBeGreaterThan(850);
  });

  test("switched off, the list's own order goes on from what plays", () => {
    const mixed = queues.shuffle(from("b"), seeded());
    const at = queues.jumpTo(mixed, keyOf(mixed, "d"));

    const queue = queues.unshuffle(at);

    expect(ids(queue)).toBe("abcde");
    expect(current(queue)).toBe("d");
  });

  test("switched off, what was put in meanwhile comes after the song that it was put after", () => {
    const queue = queues.unshuffle(queues.playNext(queues.shuffle(from("b"), seeded()), song("x")));

    expect(ids(queue)).toBe("abxcde");
  });
});

describe("the queue by hand", () => {
  test("play next comes before the rest, add comes after it", () => {
    expect(ids(queues.playNext(from("b"), song("x")))).toBe("abxcde");
    expect(ids(queues.addLast(from("b"), song("x")))).toBe("abcdex");
  });

  test("the same song may stand in it twice, and each is removed by itself", () => {
    const queue = queues.addLast(from("a"), song("b"));
    const last = queue.entries.at(-1)?.key ?? -1;

    expect(ids(queues.remove(queue, last))).toBe("abcde");
  });

  test("removing one before what plays does not change what plays", () => {
    const queue = queues.remove(from("c"), keyOf(from("c"), "a"));

    expect(current(queue)).toBe("c");
  });

  test("what plays is not removed", () => {
    expect(ids(queues.remove(from("c"), keyOf(from("c"), "c")))).toBe("abcde");
  });

  test.each([
    ["e", 0, "abecd"],
    ["c", 1, "abdce"],
    ["c", 99, "abdec"],
    ["d", -1, "abdce"],
  ])("move %s to %i", (id, to, order) => {
    const queue = from("b");

    expect(ids(queues.move(queue, keyOf(queue, id), to))).toBe(order);
  });

  test("what has played cannot be moved", () => {
    const queue = from("b");

    expect(ids(queues.move(queue, keyOf(queue, "a"), 2))).toBe("abcde");
  });

  test("an order made by hand outlives a shuffle", () => {
    const queue = from("a");
    const moved = queues.move(queue, keyOf(queue, "e"), 0);

    expect(ids(queues.unshuffle(queues.shuffle(moved, seeded())))).toBe("aebcd");
  });

  test("clear leaves what plays", () => {
    expect(ids(queues.clear(from("b")))).toBe("ab");
  });
});

test("a deleted song leaves wherever it stands", () => {
  const queue = queues.addLast(from("c"), song("a"));

  const left = queues.forget(queue, "a");

  expect(left && ids(left)).toBe("bcde");
  expect(left && current(left)).toBe("c");
});

test("more of the list comes at the end, each song once", () => {
  const queue = queues.extend(from("d"), [song("e"), song("f"), song("g")], seeded());

  expect(ids(queue)).toBe("abcdefg");
});
