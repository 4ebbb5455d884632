/** What was typed of files, and could not be saved yet when their forms went away: offered again, for as long as the page lives. */
import { createStore } from "../../../lib/store";
import type { FileRecord } from "../../../lib/types";

/** The fields of a form, as a person types them. */
export interface FileDraft {
  title: string;
  artist: string;
  album: string;
  /** Empty for none. */
  mood: string;
  tags: string;
  visibility: FileRecord["visibility"];
  filename: string;
}

/** By file: only the fields that were changed. */
const unsaved = createStore<ReadonlyMap<string, Partial<FileDraft>>>(new Map());

export function unsavedEdits(file_id: string): Partial<FileDraft> {
  return unsaved.get().get(file_id) ?? {};
}

export function hasUnsavedEdits(file_id: string): boolean {
  return unsaved.get().has(file_id);
}

export function keepEdits(file_id: string, changes: Partial<FileDraft>): void {
  unsaved.set(new Map(unsaved.get()).set(file_id, changes));
}

/** Those fields are saved. What was typed since stays. */
export function releaseEdits(file_id: string, saved: Partial<FileDraft> = unsavedEdits(file_id)): void {
  const [next, left] = [new Map(unsaved.get()), without(unsavedEdits(file_id), saved)];
  if (Object.keys(left).length > 0) next.set(file_id, left);
  else next.delete(file_id);
  unsaved.set(next);
}

/** Return what was typed while the rest was being saved. */
export function without(now: Partial<FileDraft>, saved: Partial<FileDraft>): Partial<FileDraft> {
  const before: Partial<Record<string, unknown>> = { ...saved };
  return Object.fromEntries(Object.entries(now).filter(([field, value]) => before[field] !== value));
}

/** The browser asks before the page is left with it. */
unsaved.subscribe(() => {
  if (unsaved.get().size > 0) globalThis.addEventListener("beforeunload", ask);
  else globalThis.removeEventListener("beforeunload", ask);
});

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
