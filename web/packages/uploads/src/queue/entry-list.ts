/** The files of a queue, drafts and uploads, in the order in which they were added. */
import type { FileMeta } from "../api/types.js";
import { advance, coverError, type Draft, type ProgressChange, type Upload, type UploadProgress } from "./upload-progress.js";

/** A draft has no progress. */
export interface Entry extends Draft {
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

  edit(id: string, meta: Partial<FileMeta>): void {
    const entry = this.#entries.get(id);
    if (entry) this.set({ ...entry, meta: { ...entry.meta, ...meta } });
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
}

export const isDraft = ({ progress }: Entry) => progress === null;
export const isPaused = (entry: Entry) => has("paused")(entry) || has("pausing")(entry);
export const isActive = (entry: Entry) => !isDraft(entry) && !has("done")(entry) && !has("failed")(entry);
export const isSettled = (entry: Entry) => !isDraft(entry) && !isActive(entry);
/** Done, with its cover if it has one. */
export const isComplete = (entry: Entry) => has("done")(entry) && !coverError(entry.progress);
export const isRetryable = ({ progress }: Entry) => progress?.status === "failed" || coverError(progress) !== null;
const has = (status: UploadProgress["status"]) => (entry: Entry) => entry.progress?.status === status;

export function splitEntries(entries: readonly Entry[]): { drafts: Draft[]; uploads: Upload[] } {
  const drafts: Draft[] = [];
  const uploads: Upload[] = [];
  for (const { progress, ...draft } of entries) {
    if (progress) uploads.push({ ...draft, progress });
    else drafts.push(draft);
  }
  return { drafts, uploads };
}
