/** The queue: starts, pauses, resumes and removes uploads, a few at once. */
import { isAbort } from "../api/api-error.js";
import type { FileMeta, FileRecord } from "../api/types.js";
import { createPool } from "../transfer/pool.js";
import { EntryList, type Entry } from "./entry-list.js";
import { EntrySender, type SenderOptions } from "./entry-sender.js";
import { createRun, type Run } from "./run.js";
import { isMoving, type Draft, type MovingStatus } from "./upload-progress.js";

export interface QueueOptions extends SenderOptions {
  /** Let the service drop an upload. */
  abort(upload_id: string): Promise<void>;
  started_ahead: number;
  onChange: () => void;
}

/** Stopping these at once would throw away bytes in transit. */
const IN_TRANSIT: ReadonlySet<MovingStatus> = new Set<MovingStatus>(["sending", "confirming"]);

export class UploadQueue {
  readonly #options: QueueOptions;
  readonly #runInPool: ReturnType<typeof createPool>;
  readonly #entries: EntryList;
  readonly #sender: EntrySender;
  readonly #running = new Map<string, Run>();

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#runInPool = createPool(options.started_ahead);
    this.#entries = new EntryList(options.onChange);
    this.#sender = new EntrySender(options, this.#entries);
  }

  all(): Entry[] {
    return this.#entries.all();
  }

  add(draft: Draft): void {
    this.#entries.set({ ...draft, progress: null });
  }

  /** Add what the file says about itself. */
  describe(id: string, meta: Partial<FileMeta>): void {
    this.#entries.describe(id, meta);
  }

  /** A person changes a file in any state; what the service knows already is changed there. */
  edit(id: string, meta: Partial<FileMeta>): void {
    this.#entries.edit(id, meta);
    const entry = this.#entries.get(id);
    if (!entry?.progress) return;
    this.#sender.noteEdit(entry);
    // The cover is a file of its own.
    if (meta.cover && entry.progress.status === "done") this.startCover(id, entry.progress.file);
  }

  /** Start a draft, or restart an upload that was paused, has failed, or is waiting. With `upload_id`, continue that upload. */
  start(id: string, upload_id?: string): void {
    const entry = this.#entries.get(id);
    const lacksCover = this.#sender.lacksCover(id);
    if (entry?.progress?.status === "done" && entry.edit_error) this.#sender.retryEdits(id);
    if (!entry || (entry.progress?.status === "done" && !lacksCover)) return;
    if (entry.progress?.status === "pausing") return this.#undoPause(id);
    if (entry.progress?.status === "waiting") this.#stop(id);
    if (this.#running.has(id)) return;
    if (upload_id) this.#sender.setUploadId(id, upload_id);
    if (lacksCover) this.#options.persistence?.claim(entry);
    else this.#options.persistence?.store(entry);
    this.#entries.report(id, { type: "stage", stage: "queued" });
    void this.#run(entry);
  }

  /** Send only the cover of a draft: its file is already uploaded. */
  startCover(id: string, file: FileRecord): void {
    this.#sender.setFile(id, file);
    this.start(id);
  }

  /** Send nothing more. Requests in progress finish first: a file in one piece is then done, not paused. */
  pause(id: string): void {
    const progress = this.#entries.get(id)?.progress;
    if (!isMoving(progress) || progress.status === "paused") return;
    const run = this.#running.get(id);
    if (run && (progress.status === "pausing" || IN_TRANSIT.has(progress.status))) {
      run.resumed = false;
      this.#entries.report(id, { type: "stage", stage: "pausing" });
      run.pause.abort();
    } else {
      this.#entries.report(id, { type: "stage", stage: "paused" });
      this.#stop(id);
    }
  }

  #undoPause(id: string): void {
    const run = this.#running.get(id);
    if (run) run.resumed = true;
    this.#entries.report(id, { type: "stage", stage: "sending" });
  }

  /** Stop a file at once, and let the service drop what it has of it. */
  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#sender.finishEdits(entry);
    this.#entries.remove(id);
    // A draft was never stored, and another tab may be uploading the same file.
    if (entry.progress) this.#options.persistence?.drop(entry);
    this.#stop(id);
    const upload_id = this.#sender.forget(id);
    // Best effort: the service sweeps the rest when it expires.
    if (upload_id) this.#options.abort(upload_id).catch(() => undefined);
    this.#options.onChange();
  }

  /** Stop everything. What the store has stays there for the next page. */
  destroy(): void {
    for (const id of this.#running.keys()) this.#stop(id);
    this.#sender.destroy();
  }

  #stop(id: string): void {
    this.#running.get(id)?.stop.abort();
    this.#running.delete(id);
  }

  async #run(entry: Entry): Promise<void> {
    const { local_id } = entry;
    const run = createRun();
    this.#running.set(local_id, run);
    try {
      await this.#runInPool(() => this.#sender.send(entry, run), run.idle);
    } catch (error) {
      if (!isAbort(error)) this.#sender.fail(entry, error);
    } finally {
      // An upload that was stopped and restarted at once has another run by now.
      if (this.#running.get(local_id) === run) this.#end(local_id, run);
    }
  }

  #end(id: string, { resumed }: Run): void {
    this.#running.delete(id);
    if (!isMoving(this.#entries.get(id)?.progress)) return;
    if (resumed) this.start(id);
    else this.#entries.report(id, { type: "stage", stage: "paused" });
  }
}
