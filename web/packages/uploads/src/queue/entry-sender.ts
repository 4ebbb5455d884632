/** Sends one file of the queue, then its cover, and reports both. */
import { asApiError, isAbort } from "../api/api-error.js";
import type { FileRecord } from "../api/types.js";
import { detailsOf } from "../metadata/details.js";
import type { Persistence } from "../persistence/persistence.js";
import { createOrdering, transferInOrder } from "../transfer/ordering.js";
import { StoreError } from "../transfer/store-error.js";
import { transferCover } from "../transfer/transfer-cover.js";
import type { Stage, TransferListener } from "../transfer/transfer-listener.js";
import type { FileToSend, TransferPorts } from "../transfer/transfer-ports.js";
import type { EditPorts } from "../transfer/save-edits.js";
import { unlessAborted } from "../wait.js";
import type { Entry, EntryList } from "./entry-list.js";
import { isEdited, LateEdits } from "./late-edits.js";
import { showsStages, type Run } from "./run.js";
import type { Draft, UploadError } from "./upload-progress.js";

export interface SenderOptions {
  ports: TransferPorts & EditPorts;
  /** Null: nothing outlives the page except what the service has. */
  persistence: Persistence | null;
  /** Resolves when everything that is sent with a file is known. */
  whenDescribed(local_id: string): Promise<void>;
  /** Whether the service accepts such a picture. */
  acceptsCover(cover: Blob): boolean;
  /** The file is uploaded, and its cover is sent next. */
  onUploaded(file: FileRecord, entry: Entry): void;
  onDone(file: FileRecord): void;
  /** What was entered after `onDone` is saved. */
  onEdited(file: FileRecord): void;
  /** The file is uploaded, but what was entered meanwhile is not saved. */
  onEditFailed(entry: Entry, error: UploadError): void;
  /** An earlier try has already stored so many bytes. */
  onContinued(entry: Entry, bytes: number): void;
  onFailed(entry: Entry, error: UploadError): void;
  /** Called after onDone. */
  onCoverFailed(entry: Entry, error: UploadError): void;
}

export class EntrySender {
  readonly #options: SenderOptions;
  readonly #entries: EntryList;
  readonly #edits: LateEdits;
  readonly #runInOrder = createOrdering();
  /** Upload ids from the service. They outlive failures, so that a retry continues where the last try stopped. */
  readonly #uploadIds = new Map<string, string>();
  /** Files that are uploaded, and whose covers are not. */
  readonly #withoutCover = new Map<string, FileRecord>();

  constructor(options: SenderOptions, entries: EntryList) {
    this.#options = options;
    this.#entries = entries;
    this.#edits = new LateEdits(options, entries);
  }

  /** Continue an upload that the service already knows. */
  setUploadId(id: string, upload_id: string): void {
    this.#uploadIds.set(id, upload_id);
  }

  /** Send only the cover: the file is already uploaded. */
  setFile(id: string, file: FileRecord): void {
    this.#withoutCover.set(id, file);
  }

  lacksCover(id: string): boolean {
    return this.#withoutCover.has(id);
  }

  /** A person has changed a file that was started. */
  noteEdit(entry: Entry): void {
    const { local_id, progress } = entry;
    this.#edits.note(entry, progress?.status === "done" ? progress.file.file_id : (this.#uploadIds.get(local_id) ?? null));
  }

  /** Save again what could not be saved of a finished file. */
  retryEdits(id: string): void {
    this.#edits.retry(id);
  }

  /** A file leaves the queue: save what was entered last. */
  finishEdits(entry: Entry): void {
    this.#edits.saveNow(entry);
  }

  destroy(): void {
    this.#edits.destroy();
  }

  /** Forget a file. Returns the id of its unfinished upload. */
  forget(id: string): string | undefined {
    const upload_id = this.#uploadIds.get(id);
    this.#uploadIds.delete(id);
    this.#withoutCover.delete(id);
    return upload_id;
  }

  /** Rejects with AbortError if the run is stopped or paused; other failures are reported. */
  async send(entry: Entry, run: Run): Promise<void> {
    const id = entry.local_id;
    const file = this.#withoutCover.get(id) ?? (await this.#sendFile(entry, run));
    const { covered, cover_error } = await this.#sendCover(this.#now(entry), file, run);
    const edited = await this.#edits.settle(id, covered, run.stop.signal);
    this.#finish(this.#now(entry), edited, cover_error);
  }

  /** As a person has changed it by now. */
  #now(entry: Entry): Entry {
    return this.#entries.get(entry.local_id) ?? entry;
  }

  fail(entry: Entry, cause: unknown): void {
    const error = asUploadError(cause);
    this.#options.persistence?.release(entry);
    this.#entries.report(entry.local_id, { type: "failed", error });
    this.#options.onFailed(this.#now(entry), error);
  }

  async #sendFile(entry: Entry, run: Run): Promise<FileRecord> {
    const id = entry.local_id;
    this.#entries.report(id, { type: "stage", stage: "preparing" });
    const file = await this.#runInOrder(async (start) => {
      // Taken now: whichever of those started together is described first, the smallest is sent first.
      const place = this.#options.ports.joinLine(entry.size_bytes);
      const ports: TransferPorts = {
        ...this.#options.ports,
        joinLine: () => place,
        confirm: (upload_id, _, signal) => this.#options.ports.confirm(upload_id, detailsOf(this.#now(entry).meta), signal),
      };
      try {
        await unlessAborted(this.#options.whenDescribed(id), run.idle);
        const source = toFileToSend(this.#now(entry), this.#uploadIds.get(id) ?? null);
        const listener = this.#listenTo(entry, run);
        return await transferInOrder(start, source, ports, listener, run.stop.signal, run.pause.signal);
      } finally {
        place.leave();
      }
    }, run.idle);
    // From here on the bytes must not be sent again: after a reload they would become another file.
    this.#uploadIds.delete(id);
    this.#options.persistence?.dropFile(entry);
    return file;
  }

  /** The file is uploaded whatever becomes of its cover, so this rejects only when cancelled. */
  async #sendCover(entry: Entry, file: FileRecord, run: Run): Promise<CoveredFile> {
    const { local_id, meta } = entry;
    const cover = this.#coverOf(entry);
    if (!cover) return { covered: file, cover_error: null };
    if (!this.#withoutCover.has(local_id)) this.#options.onUploaded(file, entry);
    this.#withoutCover.set(local_id, file);
    this.#showStage(local_id, run, "confirming");
    try {
      // A cover is small: it is sent even if the file was paused on its last bytes.
      const covered = await transferCover(file.file_id, cover, this.#options.ports, run.stop.signal);
      this.#entries.settleEdits(local_id, { cover: meta.cover });
      const now = this.#now(entry);
      return now.meta.cover === cover ? { covered, cover_error: null } : await this.#sendCover(now, covered, run);
    } catch (error) {
      if (isAbort(error)) throw error;
      return { covered: file, cover_error: asUploadError(error) };
    }
  }

  #coverOf({ meta: { cover } }: Entry): Blob | null {
    return cover && this.#options.acceptsCover(cover) ? cover : null;
  }

  #showStage(id: string, run: Run, stage: Stage): void {
    if (showsStages(run)) this.#entries.report(id, { type: "stage", stage });
  }

  #listenTo(entry: Entry, run: Run): TransferListener {
    const id = entry.local_id;
    return {
      onStage: (stage) => this.#showStage(id, run, stage),
      onWaiting: (cause) => {
        if (!run.idle.aborted) this.#entries.report(id, { type: "waiting", cause: cause && asUploadError(cause) });
      },
      onSent: (bytes) => this.#entries.report(id, { type: "sent", bytes }),
      onStarted: (upload_id) => {
        this.#uploadIds.set(id, upload_id);
        const now = this.#now(entry);
        this.#options.persistence?.noteUpload(now, upload_id, this.#coverOf(now));
        if (isEdited(now)) this.noteEdit(now);
      },
      onContinued: (bytes) => this.#options.onContinued(entry, bytes),
    };
  }

  #finish(entry: Entry, file: FileRecord, cover_error: UploadError | null): void {
    const { local_id } = entry;
    if (!cover_error) this.#withoutCover.delete(local_id);
    if (cover_error) this.#options.persistence?.release(entry);
    else this.#options.persistence?.drop(entry);
    this.#entries.report(local_id, { type: "done", file, cover_error });
    this.#options.onDone(file);
    if (cover_error) this.#options.onCoverFailed(entry, cover_error);
    // What was entered while the rest was being saved.
    const now = this.#entries.get(local_id);
    if (now && isEdited(now)) this.noteEdit(now);
  }
}

interface CoveredFile {
  covered: FileRecord;
  cover_error: UploadError | null;
}

function toFileToSend({ file, filename, content_type, fingerprint, meta }: Draft, upload_id: string | null): FileToSend {
  return { file, filename, content_type, fingerprint, details: detailsOf(meta), upload_id };
}

function asUploadError(error: unknown): UploadError {
  return error instanceof StoreError ? error : asApiError(error);
}
