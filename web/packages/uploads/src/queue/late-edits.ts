/** What a person changes of a file after its start: it goes with the confirm, or right after it, as an edit of the file. */
import { asApiError, isAbort, type ApiError } from "../api/api-error.js";
import type { FileRecord } from "../api/types.js";
import { changesOf, editsOf } from "../metadata/edits.js";
import type { Persistence } from "../persistence/persistence.js";
import { editsBetween, saveEdits, type EditPorts } from "../transfer/save-edits.js";
import type { Entry, EntryList } from "./entry-list.js";
import type { Draft } from "./upload-progress.js";

export interface LateEditsOptions {
  ports: EditPorts;
  persistence: Persistence | null;
  /** The file is as the person entered it. */
  onEdited(file: FileRecord): void;
  onEditFailed(entry: Entry, error: ApiError): void;
}

/** Typing is over after this long without a change. */
const QUIET_MS = 1000;
/** A recorded file is edited even if its queue ends meanwhile. */
const NEVER = new AbortController().signal;

export class LateEdits {
  readonly #options: LateEditsOptions;
  readonly #entries: EntryList;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Files that are being edited on the service. */
  readonly #busy = new Set<string>();

  constructor(options: LateEditsOptions, entries: EntryList) {
    this.#options = options;
    this.#entries = entries;
  }

  /** A person has changed a file that was started. `upload_id`: null until the service knows it. */
  note(entry: Entry, upload_id: string | null): void {
    this.#options.persistence?.noteEdits(entry, upload_id);
    if (entry.progress?.status === "done" && !entry.edit_error) this.#saveSoon(entry.local_id);
  }

  /** Bring a file that was just recorded to what was entered by now. Rejects only with AbortError: the file is uploaded. */
  async settle(id: string, file: FileRecord, signal: AbortSignal): Promise<FileRecord> {
    const entry = this.#entries.get(id);
    if (!entry || !isEdited(entry)) return file;
    try {
      const saved = await this.#bring(file, entry, signal);
      this.#entries.settleEdits(id, entry.meta);
      return saved;
    } catch (error) {
      if (isAbort(error)) throw error;
      this.#fail(entry, asApiError(error));
      return file;
    }
  }

  /** Save again what could not be saved, over whatever the file has become. */
  retry(id: string): void {
    this.#entries.settleEdits(id, {});
    const entry = this.#entries.get(id);
    if (entry) void this.#save(entry, true);
  }

  /** The file leaves the queue: do not wait for more to be typed. */
  saveNow(entry: Entry): void {
    clearTimeout(this.#timers.get(entry.local_id));
    if (this.#timers.delete(entry.local_id)) void this.#save(entry, false);
  }

  destroy(): void {
    for (const id of this.#timers.keys()) {
      const entry = this.#entries.get(id);
      if (entry) this.saveNow(entry);
    }
  }

  #saveSoon(id: string): void {
    clearTimeout(this.#timers.get(id));
    const save = () => {
      this.#timers.delete(id);
      const entry = this.#entries.get(id);
      if (entry) void this.#save(entry, false);
    };
    this.#timers.set(id, setTimeout(save, QUIET_MS));
  }

  /** If the file is not done, the end of its run settles this too. */
  async #save(entry: Entry, afresh: boolean): Promise<void> {
    const { local_id: id, progress } = entry;
    if (progress?.status !== "done" || !isEdited(entry)) return;
    if (this.#busy.has(id)) return this.#saveSoon(id);
    this.#busy.add(id);
    try {
      const { file_id } = progress.file;
      const file = afresh ? await this.#options.ports.getFile(file_id, NEVER) : progress.file;
      const saved = await this.#bring(file, entry, NEVER);
      this.#entries.settleEdits(id, entry.meta);
      this.#entries.replaceFile(id, saved);
      if (!isEdited(this.#entries.get(id))) this.#options.persistence?.dropEdits(entry);
      this.#options.onEdited(saved);
    } catch (error) {
      this.#fail(entry, asApiError(error));
    } finally {
      this.#busy.delete(id);
    }
  }

  async #bring(file: FileRecord, entry: Entry, signal: AbortSignal): Promise<FileRecord> {
    const edits = editsBetween(file, editsOf(changesOf(entry)));
    return Object.keys(edits).length > 0 ? saveEdits(file, edits, this.#options.ports, signal) : file;
  }

  #fail(entry: Entry, error: ApiError): void {
    this.#entries.failEdits(entry.local_id, error);
    this.#options.onEditFailed(this.#entries.get(entry.local_id) ?? entry, error);
  }
}

/** Whether a person has entered something that the service may not know. */
export function isEdited(draft: Pick<Draft, "edited"> | undefined): boolean {
  return (draft?.edited ?? []).length > 0;
}
