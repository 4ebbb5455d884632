/** Which files are wanted and in what order, as the address says it and as the service is asked. Pure. */
import type { Mood, MoodFilter } from "../../../lib/moods";
import type { FileRecord } from "../../../lib/types";
import { FILE_KINDS, kindOf, type FileKind } from "../file-kind";

export const SORTS = ["newest", "oldest", "title"] as const;
export type Sort = (typeof SORTS)[number];

export interface LibraryQuery {
  mood: MoodFilter;
  /** Beginnings of words. */
  q: string;
  kind: FileKind | null;
  sort: Sort;
}

/** As the service names them. */
export const TYPES: Readonly<Record<FileKind, string>> = {
  audio: "audio/*",
  video: "video/*",
  picture: "image/*",
  page: "application/pdf",
};

/** What the address says; what it says wrongly counts as not said. */
export function queryFrom(search: string, moods: readonly Mood[]): LibraryQuery {
  const params = new URLSearchParams(search);
  return {
    mood: moods.find((mood) => mood === params.get("mood")) ?? null,
    q: params.get("q") ?? "",
    kind: FILE_KINDS.find((kind) => kind === params.get("kind")) ?? null,
    sort: SORTS.find((sort) => sort === params.get("sort")) ?? "newest",
  };
}

/** The address's query; empty for the whole library, newest first. */
export function searchOf({ mood, q, kind, sort }: LibraryQuery): string {
  const params = new URLSearchParams({
    ...(mood !== null && { mood }),
    ...(q && { q }),
    ...(kind && { kind }),
    ...(sort !== "newest" && { sort }),
  });
  return params.size > 0 ? `?${params.toString()}` : "";
}

/** As parameters of GET /v1/files. */
export function parametersOf({ mood, q, kind, sort }: LibraryQuery) {
  return { sort, ...(mood !== null && { mood }), ...(q && { q }), ...(kind && { content_type: TYPES[kind] }) };
}

/** Whether a file is one of those wanted. Of words only the service can tell. */
export function fits(file: FileRecord, { mood, kind }: LibraryQuery): boolean {
  return (mood === null || file.mood === mood) && (kind === null || kindOf(file) === kind);
}

const collator = new Intl.Collator(undefined, { sensitivity: "base" });
const nameOf = (file: FileRecord) => file.title ?? file.filename;

/** Negative where `one` comes before `other`. */
export function order(one: FileRecord, other: FileRecord, sort: Sort): number {
  if (sort === "title") return collator.compare(nameOf(one), nameOf(other));
  return sort === "newest" ? byAge(other, one) : byAge(one, other);
}

/** As the service has it: of the same millisecond, by id. */
function byAge(one: FileRecord, other: FileRecord): number {
  return Date.parse(one.created_at) - Date.parse(other.created_at) || (one.file_id < other.file_id ? -1 : 1);
}
