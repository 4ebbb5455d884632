/** What a person changes of a file after its start. */
import type { FileEdits, FileMeta } from "../api/types.js";
import { detailsOf } from "./details.js";

export type EditedField = keyof FileMeta;

/** Return the fields that were changed, with their values. */
export function changesOf({ meta, edited = [] }: { meta: FileMeta; edited?: readonly EditedField[] }): Partial<FileMeta> {
  return Object.fromEntries(edited.map((field) => [field, meta[field]]));
}

export function fieldsOf(changes: Partial<FileMeta>): EditedField[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a part are keys of the whole
  return Object.keys(changes) as EditedField[];
}

/** Return the changes as the service takes them: null for what was emptied. The cover is a file of its own. */
export function editsOf(changes: Partial<FileMeta>): FileEdits {
  const details = Object.entries(detailsOf(changes));
  return Object.fromEntries(details.filter(([field]) => field in changes));
}
