/** The pages of songs, one shelf for each mood that was looked at. Pure. */
import type { ApiError } from "../../lib/api-error";
import type { MoodFilter } from "../../lib/moods";
import type { FilePage, FileRecord } from "../../lib/types";

export interface Shelf {
  /** `loading` with files means: shown from before, being renewed. */
  status: "loading" | "loading_more" | "ready" | "failed";
  files: readonly FileRecord[];
  next_cursor: string | null;
  failure: ApiError | null;
}

export type Library = Readonly<Record<string, Shelf>>;

export type LibraryEvent =
  | { type: "loading"; mood: MoodFilter }
  | { type: "loading_more"; mood: MoodFilter }
  | { type: "first_page"; mood: MoodFilter; page: FilePage }
  | { type: "next_page"; mood: MoodFilter; page: FilePage }
  | { type: "failed"; mood: MoodFilter; failure: ApiError }
  | { type: "added"; file: FileRecord }
  | { type: "removed"; file_id: string };

const NEW_SHELF: Shelf = { status: "loading", files: [], next_cursor: null, failure: null };

export function shelfOf(library: Library, mood: MoodFilter): Shelf {
  return library[keyOf(mood)] ?? NEW_SHELF;
}

export function reduce(library: Library, event: LibraryEvent): Library {
  switch (event.type) {
    case "loading":
    case "loading_more":
      return patch(library, event.mood, { status: event.type, failure: null });
    case "first_page":
      return patch(library, event.mood, { status: "ready", ...event.page });
    case "next_page":
      return patch(library, event.mood, { ...joined(shelfOf(library, event.mood), event.page), status: "ready" });
    case "failed":
      return patch(library, event.mood, { status: "failed", failure: event.failure });
    case "added":
      return everyShelf(library, (shelf, mood) => (belongs(event.file, mood) ? withFile(shelf, event.file) : shelf));
    case "removed":
      return everyShelf(library, (shelf) => without(shelf, event.file_id));
  }
}

function patch(library: Library, mood: MoodFilter, change: Partial<Shelf>): Library {
  return { ...library, [keyOf(mood)]: { ...shelfOf(library, mood), ...change } };
}

/** A song confirmed while the pages were read may come twice; it is shown once. */
function joined(shelf: Shelf, page: FilePage): Partial<Shelf> {
  const known = new Set(shelf.files.map((file) => file.file_id));
  const fresh = page.files.filter((file) => !known.has(file.file_id));
  return { files: [...shelf.files, ...fresh], next_cursor: page.next_cursor };
}

function everyShelf(library: Library, change: (shelf: Shelf, mood: MoodFilter) => Shelf): Library {
  const entries = Object.entries(library);
  return Object.fromEntries(entries.map(([key, shelf]) => [key, change(shelf, key === ALL ? null : key)]));
}

function withFile(shelf: Shelf, file: FileRecord): Shelf {
  return { ...shelf, files: [file, ...without(shelf, file.file_id).files] };
}

function without(shelf: Shelf, file_id: string): Shelf {
  return { ...shelf, files: shelf.files.filter((file) => file.file_id !== file_id) };
}

function belongs(file: FileRecord, mood: MoodFilter): boolean {
  return mood === null || file.mood === mood;
}

/** Not a mood's name: the service's moods are plain words. */
const ALL = "*";

function keyOf(mood: MoodFilter): string {
  return mood ?? ALL;
}
