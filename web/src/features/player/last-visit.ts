/** What plays, stored in this browser for the next visit: the queue around the current file, and the second in it. */
import type { FileRecord } from "../../lib/types";
import { ApiError } from "../../lib/api-error";
import { readStoredJson, store } from "../../lib/stored";
import { readFile } from "./api";
import { QUEUE_KEY, SECOND_KEY } from "./had-player";
import type { PlayerEvent, PlayerState } from "./player-state";
import { currentOf, type Entry, type Queue } from "./queue/queue";

/** How many entries of a long queue to store before and after the current file. */
const BEFORE = 20;
const AFTER = 150;

interface StoredQueue {
  /** Nobody else gets it. */
  owner: string;
  queue: Queue;
}

interface StoredSecond {
  file_id: string;
  position: number;
  duration: number | null;
}

export function saveQueue(owner: string, queue: Queue): void {
  const first = Math.max(0, queue.at - BEFORE);
  const entries = queue.entries.slice(first, queue.at + 1 + AFTER).map(withoutRadio);
  store(QUEUE_KEY, JSON.stringify({ owner, queue: { ...queue, entries, at: queue.at - first } } satisfies StoredQueue));
}

export function saveSecond({ file: { file_id }, position, duration }: PlayerState): void {
  store(SECOND_KEY, JSON.stringify({ file_id, position, duration } satisfies StoredSecond));
}

export function forgetVisit(): void {
  for (const key of [QUEUE_KEY, SECOND_KEY]) store(key, null);
}

/** Return what the last visit left; null if there is nothing, or its current file is gone. */
export async function readLastVisit(owner: string): Promise<Extract<PlayerEvent, { type: "restored" }> | null> {
  const stored = readStoredJson(QUEUE_KEY);
  if (!isQueue(stored) || stored.owner !== owner) return null;
  const { queue } = stored;
  const entry = currentOf(queue);
  const file = entry && (await currentRecord(entry.file));
  if (!file) return null;
  const entries = queue.entries.map((one) => (one.file.file_id === file.file_id ? { ...one, file } : one));
  const second = readStoredJson(SECOND_KEY);
  const { position, duration } = isSecond(second) && second.file_id === file.file_id ? second : { position: 0, duration: file.duration_seconds };
  return { type: "restored", queue: { ...queue, entries }, position, duration };
}

/** The file as it is now. While the service cannot be reached, as it was; null if it was deleted. */
async function currentRecord(file: FileRecord): Promise<FileRecord | null> {
  try {
    return await readFile(file.file_id);
  } catch (error) {
    return error instanceof ApiError && error.status > 0 ? null : file;
  }
}

/** A radio ends with the visit. */
function withoutRadio({ key, file, place, origin: { source, mood } }: Entry): Entry {
  return { key, file, place, origin: { source, mood } };
}

/** Anyone may have written to the storage, also an earlier version of the page. */
function isQueue(stored: unknown): stored is StoredQueue {
  if (!isRecord(stored) || typeof stored.owner !== "string" || !isRecord(stored.queue)) return false;
  const { entries, at, shuffled, repeat } = stored.queue;
  return (
    Array.isArray(entries) &&
    entries.every(isEntry) &&
    typeof at === "number" &&
    typeof shuffled === "boolean" &&
    (repeat === "off" || repeat === "all" || repeat === "one")
  );
}

function isEntry(stored: unknown): stored is Entry {
  if (!isRecord(stored) || !isRecord(stored.file) || !isRecord(stored.origin)) return false;
  const { key, place, file, origin } = stored;
  return [typeof key, typeof place, typeof file.file_id, typeof file.content_type, typeof origin.source].join() === "number,number,string,string,string";
}

function isSecond(stored: unknown): stored is StoredSecond {
  if (!isRecord(stored)) return false;
  const { file_id, position, duration } = stored;
  return typeof file_id === "string" && typeof position === "number" && (duration === null || typeof duration === "number");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
