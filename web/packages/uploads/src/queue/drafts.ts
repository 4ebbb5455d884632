/** Drafts: makes them from files, and fills in what a file says about itself. */
import type { FileMeta } from "../api/types.js";
import { contentTypeOf } from "../metadata/content-type.js";
import { acceptable } from "../metadata/details.js";
import { fingerprintOf } from "../metadata/fingerprint.js";
import { guessSong } from "../metadata/song-title.js";
import { createPool } from "../transfer/pool.js";
import { withTimeout } from "../wait.js";
import type { Draft } from "./upload-progress.js";
import type { UploadQueue } from "./upload-queue.js";

export type NewDraft = Omit<Draft, "local_id" | "size_bytes">;
export type DescribeFile = (draft: Draft) => Promise<Partial<FileMeta>>;
export type Drafts = ReturnType<typeof createDrafts>;

const DESCRIBED_AT_ONCE = 2;
const NO_META = { album: "", duration_seconds: null, cover: null };

/** Title and artist are guessed from the file's name. */
export function toDraft(file: File, meta: Pick<FileMeta, "mood"> & Partial<FileMeta>): NewDraft {
  const [content_type, fingerprint] = [contentTypeOf(file), fingerprintOf(file)];
  return { file, filename: file.name, content_type, fingerprint, meta: { ...NO_META, ...guessSong(file.name), ...meta } };
}

/** `within_ms`: how long to wait for the description of one file. */
export function createDrafts(queue: UploadQueue, describe: DescribeFile, within_ms: number, signal: AbortSignal) {
  const descriptions = new Map<string, Promise<void>>();
  const runInPool = createPool(DESCRIBED_AT_ONCE);
  let count = 0;

  /** Add a draft without asking for its description. */
  function list(draft: NewDraft): Draft {
    count += 1;
    const listed = { ...draft, local_id: `file-${count}`, size_bytes: draft.file.size };
    queue.add(listed);
    return listed;
  }

  /** Best effort: a file without a description is sent without one. */
  async function fillIn(draft: Draft): Promise<void> {
    const ask = () => withTimeout(describe(draft), within_ms, {});
    const description = await runInPool(ask, signal).catch(() => ({}));
    const now = queue.all().find(({ local_id }) => local_id === draft.local_id);
    if (now) queue.describe(draft.local_id, omitEdited(now, acceptable(description)));
  }

  return {
    list,
    add(draft: NewDraft): Draft {
      const listed = list(draft);
      descriptions.set(listed.local_id, fillIn(listed));
      return listed;
    },
    /** Resolves when the description is known or late. */
    whenDescribed(local_id: string): Promise<void> {
      return withTimeout(Promise.resolve(descriptions.get(local_id)), within_ms, undefined);
    },
  };
}

/** Omit the fields that a person has edited, here or before a reload. */
function omitEdited({ meta, filename, edited = [] }: Draft, description: Partial<FileMeta>): Partial<FileMeta> {
  const before: Partial<Record<string, unknown>> = { ...NO_META, ...guessSong(filename) };
  const now: Partial<Record<string, unknown>> = { ...meta };
  const isFree = (field: string) => now[field] === before[field] && !edited.some((one) => one === field);
  return Object.fromEntries(Object.entries(description).filter(([field]) => isFree(field)));
}
