/** The same change to many files: shown at once, undone for each file where it fails. */
import { MAX_TAGS } from "@moodrop/uploads";
import { announce } from "../../../lib/announce";
import { allOf } from "../../../lib/all-of";
import { titleOf } from "../../../lib/title-of";
import type { FileEdits, FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { changeCover, coverFailure } from "./change-cover";
import { ChangedElsewhere, editFile } from "./edit-file";

/** The values that all files shall have; fields left out stay as they are. */
export interface ManyEdits extends Pick<FileEdits, "artist" | "album" | "mood" | "visibility"> {
  add_tags: readonly string[];
  remove_tags: readonly string[];
  /** A picture of any size. */
  cover?: Blob;
}

/** Requests at a time. */
const AT_ONCE = 4;

/** Return only the edits that change the file. */
export function editsOf(file: FileRecord, { artist, album, mood, visibility, add_tags, remove_tags }: ManyEdits): FileEdits {
  const present = file.tags ?? [];
  const remaining = present.filter((tag) => !remove_tags.includes(tag));
  const tags = [...new Set([...remaining, ...add_tags])].slice(0, MAX_TAGS);
  return {
    ...(artist && artist !== file.artist && { artist }),
    ...(album && album !== file.album && { album }),
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
  const changing = rows.filter((row) => edits.cover || Object.keys(row.edits).length > 0);
  for (const row of changing) put(applyEdits(row.file, row.edits));
  const failures = await allOf(changing, (row) => editOne(row.file, row.edits, edits.cover, put), AT_ONCE);
  reportOutcome(files.length, failures.filter((failure) => failure !== null));
}

/** Return the file with the edits. Missing tags become an empty list, missing visibility becomes private. */
export function applyEdits(file: FileRecord, edits: FileEdits): FileRecord {
  return { ...file, ...edits, tags: edits.tags ?? file.tags ?? [], visibility: edits.visibility ?? file.visibility };
}

type Failure = { title: string; newer: boolean; reason: string } | null;

async function editOne(file: FileRecord, edits: FileEdits, cover: Blob | undefined, put: (file: FileRecord) => void): Promise<Failure> {
  let shown = file;
  try {
    if (Object.keys(edits).length > 0) put((shown = await editFile(file, edits)));
    if (cover) put(await changeCover(file.file_id, cover));
    return null;
  } catch (error) {
    const newer = error instanceof ChangedElsewhere;
    put(newer ? error.newer : shown);
    return { title: titleOf(file), newer, reason: newer ? "" : coverFailure(error) };
  }
}

function reportOutcome(count: number, failures: readonly NonNullable<Failure>[]): void {
  const refused = failures.find((failure) => !failure.newer);
  if (refused) announce(words.edit.failed(failures.length, refused.title, refused.reason), { shown: true });
  else if (failures[0]) announce(words.edit.changedElsewhere(failures.length, failures[0].title), { shown: true });
  else announce(words.edit.done(count), { shown: true });
}
