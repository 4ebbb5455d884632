/** What plays, and in which order: play next, shuffle, repeat. Pure. */
import type { FileRecord } from "../../../lib/types";
import { fromLibrary, type Origin, type OriginOf } from "./origin";

export type Repeat = "off" | "all" | "one";

/** One file's place in the queue. A file may be in it twice. */
export interface Entry {
  key: number;
  file: FileRecord;
  origin: Origin;
  /** Its position without shuffle. */
  place: number;
}

export interface Queue {
  /** In the order they play. */
  entries: readonly Entry[];
  /** The index of the current file. */
  at: number;
  shuffled: boolean;
  repeat: Repeat;
}

/** Returns a number from 0 to 1, like Math.random; tests bring their own. */
export type Random = () => number;

export interface Order {
  shuffled: boolean;
  repeat: Repeat;
}

/** Make a queue of a list. With shuffle, `start` is first and the others follow in random order. */
export function queueOf(
  files: readonly FileRecord[],
  start: FileRecord,
  order: Order,
  random: Random,
  originOf: OriginOf = fromLibrary,
): Queue {
  const entries = entriesOf(files, originOf);
  const at = Math.max(0, entries.findIndex(({ file }) => file.file_id === start.file_id));
  const queue: Queue = { entries, at, shuffled: false, repeat: order.repeat };
  return order.shuffled ? shuffle(queue, random) : queue;
}

export function currentOf({ entries, at }: Queue): Entry | null {
  return entries[at] ?? null;
}

export function upcoming({ entries, at }: Queue): readonly Entry[] {
  return entries.slice(at + 1);
}

/** Return the entry `step` further, wrapping around if all is repeated; null if there is none. */
export function neighbour(queue: Queue, step: 1 | -1): Entry | null {
  const { entries, at, repeat } = queue;
  const index = at + step;
  return entries[repeat === "all" ? (index + entries.length) % entries.length : index] ?? null;
}

/** Return what plays after the current file ends by itself. */
export function follower(queue: Queue): Entry | null {
  return queue.repeat === "one" ? currentOf(queue) : neighbour(queue, 1);
}

export function jumpTo(queue: Queue, key: number): Queue {
  const at = indexOf(queue, key);
  return at === -1 ? queue : { ...queue, at };
}

export function playNext(queue: Queue, file: FileRecord): Queue {
  return insert(queue, queue.at + 1, file);
}

export function addLast(queue: Queue, file: FileRecord): Queue {
  return insert(queue, queue.entries.length, file);
}

/** Where further files of a queue come from. */
export interface Supplied {
  originOf: OriginOf;
  /** Whether a file may come again. */
  repeats?: boolean;
}

/** Append more files of the queue's list; with shuffle in random order. */
export function extend(queue: Queue, files: readonly FileRecord[], random: Random, from: Supplied = { originOf: fromLibrary }): Queue {
  const known = new Set(from.repeats ? [] : queue.entries.map(({ file }) => file.file_id));
  const fresh = entriesOf(files.filter((file) => !known.has(file.file_id)), from.originOf, nextKey(queue), nextPlace(queue));
  return { ...queue, entries: [...queue.entries, ...(queue.shuffled ? shuffleEntries(fresh, random) : fresh)] };
}

/** Remove an entry, but never the current one. */
export function remove(queue: Queue, key: number): Queue {
  const index = indexOf(queue, key);
  if (index === -1 || index === queue.at) return queue;
  const entries = queue.entries.filter((entry) => entry.key !== key);
  return { ...queue, entries, at: index < queue.at ? queue.at - 1 : queue.at };
}

export function clear(queue: Queue): Queue {
  return { ...queue, entries: queue.entries.slice(0, queue.at + 1) };
}

/** Move an upcoming entry to `to`, counted from the first upcoming one. */
export function move(queue: Queue, key: number, to: number): Queue {
  const rest = [...upcoming(queue)];
  const from = rest.findIndex((entry) => entry.key === key);
  if (from === -1) return queue;
  const [entry] = rest.splice(from, 1);
  if (entry) rest.splice(Math.max(0, Math.min(to, rest.length)), 0, entry);
  return withEntries(queue, [...queue.entries.slice(0, queue.at + 1), ...rest]);
}

/** Remove a deleted file. Null if nothing is left to play. */
export function forget(queue: Queue, file_id: string): Queue | null {
  const before = queue.entries.slice(0, queue.at).filter(({ file }) => file.file_id === file_id).length;
  const entries = queue.entries.filter(({ file }) => file.file_id !== file_id);
  return entries.length === 0 ? null : { ...queue, entries, at: Math.min(queue.at - before, entries.length - 1) };
}

/** Keep the current entry first and put all others after it in random order. */
export function shuffle(queue: Queue, random: Random): Queue {
  const current = currentOf(queue);
  const others = shuffleEntries(queue.entries.filter((entry) => entry !== current), random);
  return { ...queue, entries: current ? [current, ...others] : others, at: 0, shuffled: true };
}

/** Restore the list's own order, continuing from the current entry. */
export function unshuffle(queue: Queue): Queue {
  const entries = queue.entries.toSorted((one, other) => one.place - other.place);
  const key = currentOf(queue)?.key;
  return { ...queue, entries, at: entries.findIndex((entry) => entry.key === key), shuffled: false };
}

function insert(queue: Queue, index: number, file: FileRecord): Queue {
  const before = queue.entries[index - 1]?.place ?? 0;
  const place = index === queue.entries.length ? nextPlace(queue) : before + 0.5;
  const entry: Entry = { key: nextKey(queue), file, origin: { source: "queue", mood: null }, place };
  return withEntries(queue, queue.entries.toSpliced(index, 0, entry));
}

/** Without shuffle, an order made by hand becomes the list's own order. */
function withEntries(queue: Queue, entries: readonly Entry[]): Queue {
  if (queue.shuffled) return { ...queue, entries };
  return { ...queue, entries: entries.map((entry, place) => ({ ...entry, place })) };
}

function entriesOf(files: readonly FileRecord[], originOf: OriginOf, key = 0, place = 0): Entry[] {
  return files.map((file, index) => ({ key: key + index, file, origin: originOf(file.file_id), place: place + index }));
}

function nextKey({ entries }: Queue): number {
  return entries.reduce((highest, { key }) => Math.max(highest, key), -1) + 1;
}

function nextPlace({ entries }: Queue): number {
  return entries.reduce((highest, { place }) => Math.max(highest, place), -1) + 1;
}

function indexOf({ entries }: Queue, key: number): number {
  return entries.findIndex((entry) => entry.key === key);
}

/** Fisher-Yates: every order is equally likely. */
function shuffleEntries(entries: readonly Entry[], random: Random): Entry[] {
  const out = [...entries];
  for (let last = out.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [out[last], out[other]];
    if (a && b) [out[last], out[other]] = [b, a];
  }
  return out;
}
