/** One edit, made only where nobody else was first. */
import { asApiError } from "../../lib/api-error";
import type { FileEdits, FileRecord } from "../../lib/types";
import { getFile, patchFile, type StatedFile } from "./api";

/** Somebody else changed the file meanwhile: `newer` is how it is now. */
export class ChangedElsewhere extends Error {
  readonly newer: StatedFile;

  constructor(newer: StatedFile) {
    super("changed elsewhere");
    this.newer = newer;
  }
}

/** Edit the file as it was in that state. Rejects with ChangedElsewhere or ApiError. */
export async function editStated({ file, state }: StatedFile, edits: FileEdits): Promise<StatedFile> {
  try {
    return await patchFile(file.file_id, edits, state);
  } catch (error) {
    if (asApiError(error).status !== 412) throw error;
    throw new ChangedElsewhere(await getFile(file.file_id));
  }
}

/** Edit a file that the list shows: lists do not tell states. Other fields may have changed, those edited may not. */
export async function editListed(shown: FileRecord, edits: FileEdits): Promise<StatedFile> {
  const present = await getFile(shown.file_id);
  const [now, then] = [new Map(Object.entries(present.file)), new Map(Object.entries(shown))];
  const same = (field: string) => JSON.stringify(now.get(field)) === JSON.stringify(then.get(field));
  if (!Object.keys(edits).every(same)) throw new ChangedElsewhere(present);
  return editStated(present, edits);
}
