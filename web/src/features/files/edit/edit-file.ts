/** One edit that never overwrites somebody else's. */
import { asApiError } from "../../../lib/api-error";
import type { FileEdits, FileRecord } from "../../../lib/types";
import { getFile, patchFile } from "../api";

/** Somebody else changed the same fields meanwhile. `newer` is the file as it is now. */
export class ChangedElsewhere extends Error {
  readonly newer: FileRecord;

  constructor(newer: FileRecord) {
    super("changed elsewhere");
    this.newer = newer;
  }
}

/** Edit a file as shown, even if other fields have changed since. Rejects with ChangedElsewhere or ApiError. */
export async function editFile(shown: FileRecord, edits: FileEdits): Promise<FileRecord> {
  try {
    return await patchFile(shown, edits);
  } catch (error) {
    if (asApiError(error).status !== 412) throw error;
  }
  const newer = await getFile(shown.file_id);
  const [now, then] = [new Map(Object.entries(newer)), new Map(Object.entries(shown))];
  const same = (field: string) => JSON.stringify(now.get(field)) === JSON.stringify(then.get(field));
  if (!Object.keys(edits).every(same)) throw new ChangedElsewhere(newer);
  return editFile(newer, edits);
}
