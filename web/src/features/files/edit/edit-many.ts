/** The same change to many files: shown at once, taken back where it could not be made. */
import { announce } from "../../../lib/announce";
import { allOf } from "../../../lib/all-of";
import { asApiError } from "../../../lib/api-error";
import { inWords } from "../../../lib/problem-words";
import type { FileEdits, FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { ChangedElsewhere, editFile } from "./edit-file";
import { titleOf } from "../file-kind";

/** What is to be so with all of them; what is left out stays as each has it. */
export interface ManyEdits extends Pick<FileEdits, "mood" | "visibility"> {
  add_tags: readonly string[];
  remove_tags: readonly string[];
}

/** Requests at a time. */
const AT_ONCE = 4;
/** As many as the service keeps. */
const MAX_TAGS = 20;

/** Only what differs: a file that is so already is left alone. */
export function editsOf(file: FileRecord, { mood, visibility, add_tags, remove_tags }: ManyEdits): FileEdits {
  const present = file.tags ?? [];
  const remaining = present.filter((tag) => !remove_tags.includes(tag));
  const tags = [...new Set([...remaining, ...add_tags])].slice(0, MAX_TAGS);
  return {
    ...(mood !== undefined && mood !== file.mood && { mood }),
    ...(visibility && visibility !== file.visibility && { visibility }),
    ...(tags.join("\n") !== present.join("\n") && { tags }),
  };
}

export async function editMany(
  files: readonly FileRecord[],
  edits: ManyEdits,
  put: (file: FileRecord) => void,
): Promise<void> {
  const rows = files.map((file) => ({ file, edits: editsOf(file, edits) }));
  const changing = rows.filter((row) => Object.keys(row.edits).length > 0);
  for (const row of changing) put(applyEdits(row.file, row.edits));
  const failures = await allOf(changing, (row) => editOne(row.file, row.edits, put), AT_ONCE);
  reportOutcome(files.length, failures.filter((failure) => failure !== null));
}

/** The file as it will be; the service tells no tags as an empty list, and no visibility as private. */
export function applyEdits(file: FileRecord, edits: FileEdits): FileRecord {
  return { ...file, ...edits, tags: edits.tags ?? file.tags ?? [], visibility: edits.visibility ?? file.visibility };
}

type Failure = { title: string; newer: boolean; reason: string } | null;

async function editOne(file: FileRecord, edits: FileEdits, put: (file: FileRecord) => void): Promise<Failure> {
  try {
    put(await editFile(file, edits));
    return null;
  } catch (error) {
    const newer = error instanceof ChangedElsewhere;
    put(newer ? error.newer : file);
    return { title: titleOf(file), newer, reason: newer ? "" : inWords(asApiError(error)).detail };
  }
}

function reportOutcome(count: number, failures: readonly NonNullable<Failure>[]): void {
  const refused = failures.find((failure) => !failure.newer);
  if (refused) announce(words.edit.failed(failures.length, refused.title, refused.reason), { shown: true });
  else if (failures[0]) announce(words.edit.changedElsewhere(failures.length, failures[0].title), { shown: true });
  else announce(words.edit.done(count), { shown: true });
}
