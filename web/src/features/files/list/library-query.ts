/** Which files are wanted and in what order, as the address says it and as the service is asked. Pure. */
import { moodIn, type Mood, type MoodFilter } from "../../../lib/moods";
import { FILE_KINDS, type FileKind } from "../file-kind";

export const SORTS = ["newest", "oldest", "title", "artist", "album", "longest"] as const;
export type Sort = (typeof SORTS)[number];

/** What stands in place of the files. */
export type LibraryGroups = "albums" | "artists";

export interface LibraryQuery {
  mood: MoodFilter;
  /** Beginnings of words. */
  q: string;
  kind: FileKind | null;
  /** Of this artist or album alone; null: of any. */
  artist: string | null;
  album: string | null;
  sort: Sort;
}

export const EVERYTHING: LibraryQuery = { mood: null, q: "", kind: null, artist: null, album: null, sort: "newest" };

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
    artist: params.get("artist"),
    album: params.get("album"),
    sort: SORTS.find((sort) => sort === params.get("sort")) ?? "newest",
  };
}

/** The address's query; empty for the whole library, newest first. */
export function searchOf({ mood, q, kind, artist, album, sort }: LibraryQuery): string {
  const params = new URLSearchParams({
    ...(mood !== null && { mood }),
    ...(q && { q }),
    ...(kind && { kind }),
    ...(artist !== null && { artist }),
    ...(album !== null && { album }),
    ...(sort !== "newest" && { sort }),
  });
  return params.size > 0 ? `?${params.toString()}` : "";
}

/** The address of a list, or of its albums or artists. */
export function listAddress(query: LibraryQuery, groups: LibraryGroups | null): string {
  const params = new URLSearchParams(searchOf(query));
  if (groups) params.set("view", groups);
  return params.size > 0 ? `/?${params.toString()}` : "/";
}

/** The address of an artist or an album: an album as it was uploaded, an artist album by album. */
export function addressOf(group: { artist: string } | { album: string }, { mood }: Pick<LibraryQuery, "mood"> = EVERYTHING): string {
  return `/${searchOf({ ...EVERYTHING, mood, ...group, sort: "album" })}`;
}

/** As parameters of GET /v1/albums and /v1/artists. */
export function groupedBy({ mood, ...query }: LibraryQuery) {
  return { ...(mood !== null && { mood }), ...countedBy(query) };
}

/** As parameters of GET /v1/files. */
export function parametersOf({ mood, sort, ...query }: LibraryQuery) {
  return { sort, ...(mood !== null && { mood }), ...countedBy(query) };
}

/** As parameters of GET /v1/moods. A mood in the person's language is one of the service's words. */
export function countedBy({ q, kind, artist, album }: Pick<LibraryQuery, "q" | "kind" | "artist" | "album">) {
  return {
    ...(q && { q: q.replaceAll(/\p{L}+/gu, (word) => moodIn(word) ?? word) }),
    ...(kind && { content_type: TYPES[kind] }),
    ...(artist !== null && { artist }),
    ...(album !== null && { album }),
  };
}
