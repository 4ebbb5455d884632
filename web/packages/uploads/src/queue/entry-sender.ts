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
import { unlessAborted } from "../wait.js";
import type { Entry, EntryList } from "./entry-list.js";
import { showsStages, type Run } from "./run.js";
import type { Draft, UploadError } from "./upload-progress.js";

export interface SenderOptions {
  ports: TransferPorts;
  /** Null: nothing outlives the page except what the service has. */
  persistence: Persistence | null;
  /** Resolves when everything that is sent with a file is known. */
  whenDescribed(local_id: string): Promise<void>;
  /** Whether the service accepts such a picture. */
  acceptsCover(cover: Blob): boolean;
  onDone(file: FileRecord): void;
  /** An earlier try has already stored so many bytes. */
  onContinued(entry: Entry, bytes: number): void;
  onFailed(entry: Entry, error: UploadError): void;
  /** Called after onDone. */
  onCoverFailed(entry: Entry, error: UploadError): void;
}

export class EntrySender {
  readonly #options: SenderOptions;
  readonly #entries: EntryList;
  readonly #runInOrder = createOrdering();
  /** Upload ids from the service. They outlive failures, so that a retry continues where the last try stopped. */
  readonly #uploadIds = new Map<string, string>();
  /** Files that are uploaded, and whose covers are not. */
  readonly #withoutCover = new Map<string, FileRecord>();

  constructor(options: SenderOptions, entries: EntryList) {
    this.#options = options;
    this.#entries = entries;
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
    await this.#sendCover(this.#entries.get(id) ?? entry, file, run);
  }

  fail(entry: Entry, cause: unknown): void {
    const error = asUploadError(cause);
    this.#options.persistence?.release(entry);
    this.#entries.report(entry.local_id, { type: "failed", error });
    this.#options.onFailed(entry, error);
  }

  async #sendFile(entry: Entry, run: Run): Promise<FileRecord> {
    const id = entry.local_id;
    this.#entries.report(id, { type: "stage", stage: "preparing" });
    const file = await this.#runInOrder(async (start) => {
      // Taken now: whichever of those started together is described first, the smallest is sent first.
      const place = this.#options.ports.joinLine(entry.size_bytes);
      const ports = { ...this.#options.ports, joinLine: () => place };
      try {
        await unlessAborted(this.#options.whenDescribed(id), run.idle);
        const source = toFileToSend(this.#entries.get(id) ?? entry, this.#uploadIds.get(id) ?? null);
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
  async #sendCover(entry: Entry, file: FileRecord, run: Run): Promise<void> {
    const cover = this.#coverOf(entry);
    if (!cover) return this.#finish(entry, file);
    this.#withoutCover.set(entry.local_id, file);
    this.#showStage(entry.local_id, run, "confirming");
    try {
      // A cover is small: it is sent even if the file was paused on its last bytes.
      this.#finish(entry, await transferCover(file.file_id, cover, this.#options.ports, run.stop.signal));
    } catch (error) {
      if (isAbort(error)) throw error;
      this.#finishWithoutCover(entry, file, asUploadError(error));
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
        const now = this.#entries.get(id) ?? entry;
        this.#options.persistence?.noteUpload(now, upload_id, this.#coverOf(now));
      },
      onContinued: (bytes) => this.#options.onContinued(entry, bytes),
    };
  }

  #finish(entry: Entry, file: FileRecord): void {
    this.#withoutCover.delete(entry.local_id);
    this.#options.persistence?.drop(entry);
    this.#entries.report(entry.local_id, { type: "done", file, cover_error: null });
    this.#options.onDone(file);
  }

  #finishWithoutCover(entry: Entry, file: FileRecord, cover_error: UploadError): void {
    this.#options.persistence?.release(entry);
    this.#entries.report(entry.local_id, { type: "done", file, cover_error });
    this.#options.onDone(file);
    this.#options.onCoverFailed(entry, cover_error);
  }
}

function toFileToSend({ file, filename, content_type, fingerprint, meta }: Draft, upload_id: string | null): FileToSend {
  return { file, filename, content_type, fingerprint, details: detailsOf(meta), upload_id };
}

function asUploadError(error: unknown): UploadError {
  return error instanceof StoreError ? error : asApiError(error);
}
