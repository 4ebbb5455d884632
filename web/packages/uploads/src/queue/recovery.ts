/** Uploads that an earlier page left: small ones continue by themselves, the others when their file is chosen again. */
import type { UploadCalls } from "../api/upload-calls.js";
import { fingerprintOf } from "../metadata/fingerprint.js";
import type { Persistence, StoredUploads } from "../persistence/persistence.js";
import { withEdits, type StoredCover, type StoredEdits, type StoredFile } from "../persistence/stored-files.js";
import { withTimeout } from "../wait.js";
import { editsOf } from "../metadata/edits.js";
import type { FileRecord } from "../api/types.js";
import { editsBetween, saveEdits, type EditPorts } from "../transfer/save-edits.js";
import { findCoveredFile, nullIfGone } from "./covered-file.js";
import { toDraft, type Drafts } from "./drafts.js";
import { isTwin } from "./twins.js";
import { findUnfinishedUploads, type UnfinishedUpload } from "./unfinished-uploads.js";
import type { UploadQueue } from "./upload-queue.js";

export interface RecoveryOptions {
  calls: UploadCalls;
  ports: EditPorts;
  queue: UploadQueue;
  drafts: Drafts;
  persistence: Persistence | null;
  signal: AbortSignal;
  onEdited: (file: FileRecord) => void;
  onChange: () => void;
}

/** How long the browser's database may delay the list of the service. */
const LOADED_WITHIN_MS = 1000;
const NOTHING_STORED: StoredUploads = { files: [], covers: [], edits: [], isBusy: () => false };

export class Recovery {
  readonly #options: RecoveryOptions;
  #unfinished: readonly UnfinishedUpload[] = [];

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  unfinished(): readonly UnfinishedUpload[] {
    return this.#unfinished;
  }

  uploadIdOf(fingerprint: string): string | undefined {
    return this.#unfinished.find((one) => one.fingerprint === fingerprint)?.upload_id;
  }

  /** Best effort: if the service cannot be asked, an upload says so when it is started. */
  run(): void {
    this.#recover().catch(() => undefined);
  }

  /** Continue the uploads of these files. Returns false if a file belongs to none of them. */
  continueWith(files: readonly File[]): boolean {
    const matches = files.flatMap((file) => {
      const upload = this.#findFor(file);
      return upload ? { file, upload } : [];
    });
    const { queue, drafts } = this.#options;
    for (const { file, upload } of matches) {
      const { fingerprint, meta, edited = [] } = upload;
      const draft = drafts.add({ ...toDraft(file, meta), fingerprint, edited });
      queue.start(draft.local_id, upload.upload_id);
    }
    return matches.length === files.length;
  }

  forget(upload_id: string): void {
    this.#unfinished = this.#unfinished.filter((one) => one.upload_id !== upload_id);
  }

  /** Let the service drop an unfinished upload. */
  discard(upload_id: string): void {
    const dropped = this.#unfinished.find((one) => one.upload_id === upload_id);
    if (dropped) this.#options.persistence?.drop(dropped);
    this.forget(upload_id);
    // Best effort: the service sweeps the rest when it expires.
    this.#options.calls.abort(upload_id).catch(() => undefined);
  }

  #findFor(file: File): UnfinishedUpload | undefined {
    const fingerprint = fingerprintOf(file);
    const exact = this.#unfinished.find((one) => one.fingerprint === fingerprint);
    return exact ?? this.#unfinished.find((one) => isTwin(one.fingerprint, fingerprint));
  }

  async #recover(): Promise<void> {
    const { persistence, signal, onChange } = this.#options;
    const loading = persistence?.load() ?? Promise.resolve(NOTHING_STORED);
    const started = loading.then(({ files }) => this.#startFiles(files));
    // The service is asked even if the browser's database is late, or never answers.
    const { files, isBusy } = await withTimeout(loading, LOADED_WITHIN_MS, NOTHING_STORED);
    const stored = new Set(files.map(({ fingerprint }) => fingerprint));
    const isTaken = (fingerprint: string) => isBusy(fingerprint) || stored.has(fingerprint);
    this.#unfinished = await findUnfinishedUploads(this.#options.calls, isTaken, signal);
    onChange();
    await started;
    const { covers, edits } = await loading;
    this.#addCovers(covers);
    this.#unfinished = this.#unfinished.map((one) => withEdits(one, edits.filter(({ upload_id }) => upload_id === one.upload_id)));
    onChange();
    await Promise.allSettled([...covers.map((cover) => this.#recoverCover(cover)), ...edits.map((one) => this.#recoverEdits(one))]);
  }

  #startFiles(files: readonly StoredFile[]): void {
    const { queue, drafts, signal } = this.#options;
    if (signal.aborted) return;
    for (const { upload_id, ...file } of files) {
      if (!this.#isListed(file.fingerprint)) queue.start(drafts.add(file).local_id, upload_id ?? undefined);
    }
  }

  /** The service does not have the covers chosen for unfinished uploads; the browser does. */
  #addCovers(covers: readonly StoredCover[]): void {
    const pictures = new Map(covers.map(({ upload_id, draft }) => [upload_id, draft.file]));
    this.#unfinished = this.#unfinished.map((one) => ({ ...one, meta: { ...one.meta, cover: pictures.get(one.upload_id) ?? null } }));
  }

  /** Send a cover if its file is uploaded by now; forget it if nothing needs it any more. */
  async #recoverCover(cover: StoredCover): Promise<void> {
    const { calls, queue, drafts, persistence, signal } = this.#options;
    const file = await findCoveredFile(cover, calls, signal);
    if (file === "pending" || this.#isListed(cover.draft.fingerprint)) return;
    if (file && !file.cover_id) queue.startCover(drafts.list(cover.draft).local_id, file);
    else persistence?.drop(cover.draft);
  }

  /** Save what was changed of a file that is uploaded by now; forget it if there will be no such file. */
  async #recoverEdits({ upload_id, fingerprint, meta }: StoredEdits): Promise<void> {
    const { calls, ports, persistence, signal } = this.#options;
    const upload = upload_id === null ? null : await calls.getUpload(upload_id, signal).catch(nullIfGone);
    if (upload?.status === "pending" || this.#isListed(fingerprint)) return;
    if (upload?.status === "ready") {
      const file = await calls.getFile(upload.upload_id, signal);
      const edits = editsBetween(file, editsOf(meta));
      if (Object.keys(edits).length > 0) this.#options.onEdited(await saveEdits(file, edits, ports, signal));
    }
    persistence?.dropEdits({ fingerprint });
  }

  #isListed(fingerprint: string): boolean {
    return this.#options.queue.all().some((entry) => entry.fingerprint === fingerprint);
  }
}
