/** Puts a new or changed file into the pages where it belongs. Pure, and a chunk of its own: nothing changes at first. */
import type { FileRecord } from "../../../lib/types";
import { kindOf } from "../file-kind";
import type { LibraryQuery, Sort } from "./library-query";
import type { FileListPage } from "./library-state";

/** Replace the file in its place if it is listed and still fits; insert it by the sort order if it is new. */
export function withFile(listPage: FileListPage, file: FileRecord): FileListPage {
  const { files, query, next_cursor, placed } = listPage;
  const index = files.findIndex((one) => one.file_id === file.file_id);
  if (!fits(file, query)) return index === -1 ? listPage : { ...listPage, files: files.toSpliced(index, 1) };
  if (index !== -1) return { ...listPage, files: files.with(index, file) };
  if (query.q !== "") return listPage;
  const before = files.findIndex((one) => order(file, one, query.sort) < 0);
  // A later page will bring it.
  if (before === -1 && next_cursor !== null) return listPage;
  const place = before === -1 ? files.length : before;
  return { ...listPage, files: files.toSpliced(place, 0, file), placed: [...placed, file.file_id] };
}

/** Whether a file is one of those wanted. Of words only the service can tell. */
export function fits(file: FileRecord, { mood, kind, artist, album }: LibraryQuery): boolean {
  return (
    (mood === null || file.mood === mood) &&
    (kind === null || kindOf(file) === kind) &&
    isNamed(file.artist, artist) &&
    isNamed(file.album, album)
  );
}

function isNamed(name: string | null, requested: string | null): boolean {
  return requested === null || collator.compare(name ?? "", requested) === 0;
}

const collator = new Intl.Collator(undefined, { sensitivity: "base" });
const nameOf = (file: FileRecord) => file.title ?? file.filename;

/** Negative where `one` comes before `other`. */
export function order(one: FileRecord, other: FileRecord, sort: Sort): number {
  if (sort === "title") return collator.compare(nameOf(one), nameOf(other));
  if (sort === "artist") return byName(one.artist, other.artist) || byName(one.album, other.album) || byAge(one, other);
  if (sort === "album") return byName(one.album, other.album) || byAge(one, other);
  if (sort === "longest") return (other.duration_seconds ?? -1) - (one.duration_seconds ?? -1) || byAge(other, one);
  return sort === "newest" ? byAge(other, one) : byAge(one, other);
}

/** Files without a name come last. */
function byName(one: string | null, other: string | null): number {
  return Number(one === null) - Number(other === null) || collator.compare(one ?? "", other ?? "");
}

/** As the service has it: of the same millisecond, by id. */
function byAge(one: FileRecord, other: FileRecord): number {
  return Date.parse(one.created_at) - Date.parse(other.created_at) || (one.file_id < other.file_id ? -1 : 1);
}
