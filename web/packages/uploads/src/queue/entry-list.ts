/** The files of a queue, drafts and uploads, in the order in which they were added. */
import type { ApiError } from "../api/api-error.js";
import type { FileMeta, FileRecord } from "../api/types.js";
import { fieldsOf } from "../metadata/edits.js";
import { advance, coverError, type Draft, type ProgressChange, type Upload, type UploadProgress } from "./upload-progress.js";

/** A draft has no progress. */
export interface Entry extends Draft, Pick<Upload, "edit_error"> {
  progress: UploadProgress | null;
}

export class EntryList {
  readonly #entries = new Map<string, Entry>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  all(): Entry[] {
    return [...this.#entries.values()];
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  set(entry: Entry): void {
    this.#entries.set(entry.local_id, entry);
    this.#onChange();
  }

  /** Add what the file says about itself. */
  describe(id: string, meta: Partial<FileMeta>): void {
    this.#change(id, (entry) => ({ meta: { ...entry.meta, ...meta } }));
  }

  /** A person changes it. What is changed after the start is noted. */
  edit(id: string, meta: Partial<FileMeta>): void {
    this.#change(id, ({ progress, edited = [], ...entry }) => ({
      meta: { ...entry.meta, ...meta },
      ...(progress && { edited: [...new Set([...edited, ...fieldsOf(meta)])], edit_error: null }),
    }));
  }

  /** The service has what was entered so far; what was entered meanwhile stays noted. */
  settleEdits(id: string, saved: Partial<FileMeta>): void {
    this.#change(id, ({ meta, edited = [] }) => ({
      edited: edited.filter((field) => !(field in saved) || meta[field] !== saved[field]),
      edit_error: null,
    }));
  }

  failEdits(id: string, edit_error: ApiError): void {
    this.#change(id, () => ({ edit_error }));
  }

  /** The file of a finished upload has changed. */
  replaceFile(id: string, file: FileRecord): void {
    this.#change(id, ({ progress }) => (progress?.status === "done" ? { progress: { ...progress, file } } : {}));
  }

  /** A file that was removed meanwhile is left alone. */
  report(id: string, change: ProgressChange): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    const progress = advance(entry.progress, change, performance.now());
    if (progress !== entry.progress) this.set({ ...entry, progress });
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }

  #change(id: string, change: (entry: Entry) => Partial<Entry>): void {
    const entry = this.#entries.get(id);
    if (entry) this.set({ ...entry, ...change(entry) });
  }
}

export const isDraft = ({ progress }: Entry) => progress === null;
export const isPaused = (entry: Entry) => has("paused")(entry) || has("pausing")(entry);
export const isActive = (entry: Entry) => !isDraft(entry) && !has("done")(entry) && !has("failed")(entry);
export const isSettled = (entry: Entry) => !isDraft(entry) && !isActive(entry);
/** Done, with its cover if it has one, and with all that was entered. */
export const isComplete = (entry: Entry) => has("done")(entry) && !coverError(entry.progress) && !entry.edited?.length;
export const isRetryable = ({ progress, edit_error }: Entry) =>
  progress?.status === "failed" || coverError(progress) !== null || (progress?.status === "done" && Boolean(edit_error));
const has = (status: UploadProgress["status"]) => (entry: Entry) => entry.progress?.status === status;

export function splitEntries(entries: readonly Entry[]): { drafts: Draft[]; uploads: Upload[] } {
  const drafts: Draft[] = [];
  const uploads: Upload[] = [];
  for (const { progress, edit_error = null, ...draft } of entries) {
    if (progress) uploads.push({ ...draft, progress, edit_error });
    else drafts.push(draft);
  }
  return { drafts, uploads };
}
