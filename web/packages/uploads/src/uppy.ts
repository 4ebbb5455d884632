/** An uploader for Uppy 6: Uppy lists and shows the files, this plugin sends them to Moodrop. */
import { BasePlugin, type Body, type Meta, type PluginOpts, type Uppy, type UppyFile } from "@uppy/core";
import { filterFilesToEmitUploadStarted, filterFilesToUpload } from "@uppy/core/utils";
import { isAbort } from "./api/api-error.js";
import { uploadCalls, type UploadCalls } from "./api/upload-calls.js";
import { browserPorts } from "./transfer/browser-ports.js";
import { createClient, type ClientOptions, type MoodropClient } from "./api/create-client.js";
import { transferCover } from "./transfer/transfer-cover.js";
import { createPool } from "./transfer/pool.js";
import { createOrdering, transferInOrder } from "./transfer/ordering.js";
import { NO_LISTENER, type TransferListener } from "./transfer/transfer-listener.js";
import type { TransferPorts } from "./transfer/transfer-ports.js";
import { DEFAULT_OPTIONS, type TransferOptions } from "./transfer/options.js";
import type { FileRecord } from "./api/types.js";
import { metaOf, toFileToSend } from "./uppy-meta.js";

export type { MoodropMeta } from "./uppy-meta.js";

export interface MoodropOptions extends PluginOpts, ClientOptions {
  /** A client that the app already has. Unset: one is made from `baseUrl`, `token` and `headers`. */
  client?: MoodropClient;
  /** For files without `meta.mood`. */
  mood: string;
  transferOptions?: Partial<TransferOptions>;
}

/** One upload: `pause` lets requests in progress finish, `removed` stops everything. */
interface Job {
  pause: AbortController;
  removed: AbortController;
  resume: () => void;
}

/** As long as Uppy shows its own messages. */
const INFO_MS = 5000;
/** The option `locale` replaces these texts. */
const LOCALE = { strings: { coverFailed: "%{file} was uploaded, but without its cover" } };

/**
 * `uppy.use(Moodrop, { baseUrl, mood })`; the body of "upload-success" is the file's record.
 * `MoodropMeta` lists the fields of a file's `meta` that are sent.
 */
export class Moodrop<M extends Meta, B extends Body> extends BasePlugin<MoodropOptions, M, B> {
  readonly #calls: UploadCalls;
  readonly #ports: TransferPorts;
  readonly #runInPool: ReturnType<typeof createPool>;
  readonly #runInOrder = createOrdering();
  readonly #jobs = new Map<string, Job>();
  /** They outlive failures, so that a retry continues where the last try stopped. */
  readonly #uploadIds = new Map<string, string>();

  constructor(uppy: Uppy<M, B>, options: MoodropOptions) {
    super(uppy, options);
    this.id = options.id ?? "Moodrop";
    this.type = "uploader";
    this.defaultLocale = LOCALE;
    this.i18nInit();
    const transferOptions = { ...DEFAULT_OPTIONS, ...options.transferOptions };
    this.#calls = uploadCalls(options.client ?? createClient(options));
    this.#ports = browserPorts(this.#calls, transferOptions);
    this.#runInPool = createPool(transferOptions.simultaneous_uploads);
  }

  override install(): void {
    this.#setCapabilities(true);
    this.uppy.addUploader(this.#upload);
    this.uppy.on("file-removed", this.#forget);
    this.uppy.on("upload-pause", this.#pauseOne);
    this.uppy.on("pause-all", this.#pauseAll);
    this.uppy.on("resume-all", this.#resumeAll);
  }

  override uninstall(): void {
    this.#setCapabilities(false);
    this.uppy.removeUploader(this.#upload);
    this.uppy.off("file-removed", this.#forget);
    this.uppy.off("upload-pause", this.#pauseOne);
    this.uppy.off("pause-all", this.#pauseAll);
    this.uppy.off("resume-all", this.#resumeAll);
    for (const { removed } of this.#jobs.values()) removed.abort();
  }

  #setCapabilities(able: boolean): void {
    const { capabilities } = this.uppy.getState();
    this.uppy.setState({ capabilities: { ...capabilities, resumableUploads: able, individualCancellation: true } });
  }

  readonly #upload = async (ids: string[]): Promise<void> => {
    const files = filterFilesToUpload(this.uppy.getFilesByIds(ids));
    this.uppy.emit("upload-start", filterFilesToEmitUploadStarted(files));
    await Promise.all(files.map((file) => this.#send(file)));
  };

  async #send(file: UppyFile<M, B>): Promise<void> {
    const job: Job = { pause: new AbortController(), removed: new AbortController(), resume: () => undefined };
    this.#jobs.set(file.id, job);
    try {
      const record = await this.#untilSent(file, job);
      this.#uploadIds.delete(file.id);
      // The record is JSON, as every body of Uppy's is, but its type names its fields.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      this.uppy.emit("upload-success", this.uppy.getFile(file.id), { status: 200, body: record as unknown as B });
    } catch (error) {
      if (isAbort(error)) return;
      const failure = error instanceof Error ? error : new Error(String(error));
      this.uppy.emit("upload-error", this.uppy.getFile(file.id), failure);
    } finally {
      this.#jobs.delete(file.id);
    }
  }

  /** A paused upload leaves the pool, and enters it again when it is resumed. */
  async #untilSent(file: UppyFile<M, B>, job: Job): Promise<FileRecord> {
    for (;;) {
      await this.#untilResumed(file.id, job);
      job.pause = new AbortController();
      const idle = AbortSignal.any([job.pause.signal, job.removed.signal]);
      try {
        return await this.#runInPool(() => this.#transfer(file, job, idle), idle);
      } catch (error) {
        if (!isAbort(error) || job.removed.signal.aborted) throw error;
      }
    }
  }

  #untilResumed(id: string, job: Job): Promise<void> {
    return new Promise((resolve, reject) => {
      job.removed.signal.addEventListener("abort", () => reject(new DOMException("Removed", "AbortError")), { once: true });
      job.resume = resolve;
      if (!this.uppy.getFile(id).isPaused) resolve();
    });
  }

  async #transfer(file: UppyFile<M, B>, job: Job, idle: AbortSignal): Promise<FileRecord> {
    const [signal, pause] = [job.removed.signal, job.pause.signal];
    const meta = metaOf(file, this.opts.mood);
    const source = toFileToSend(file, meta, this.#uploadIds.get(file.id) ?? null);
    const uploadStarted = Date.now();
    const listener: TransferListener = {
      ...NO_LISTENER,
      onSent: (bytesUploaded) => {
        const progress = { uploadStarted, bytesUploaded, bytesTotal: source.file.size };
        if (!signal.aborted) this.uppy.emit("upload-progress", this.uppy.getFile(file.id), progress);
      },
      onStarted: (upload_id) => void this.#uploadIds.set(file.id, upload_id),
    };
    const record = await this.#runInOrder((start) => transferInOrder(start, source, this.#ports, listener, signal, pause), idle);
    return meta.cover ? this.#withCover(file.name, record, meta.cover, signal) : record;
  }

  /** The file is uploaded whatever becomes of its cover, so this rejects only when cancelled. */
  async #withCover(name: string, record: FileRecord, cover: Blob, signal: AbortSignal): Promise<FileRecord> {
    try {
      return await transferCover(record.file_id, cover, this.#ports, signal);
    } catch (error) {
      if (isAbort(error)) throw error;
      const details = error instanceof Error ? error.message : String(error);
      this.uppy.info({ message: this.i18n("coverFailed", { file: name }), details }, "warning", INFO_MS);
      return record;
    }
  }

  /** Stop a removed file at once, and let the service drop what it has of it. */
  readonly #forget = ({ id }: UppyFile<M, B>): void => {
    this.#jobs.get(id)?.removed.abort();
    const upload_id = this.#uploadIds.get(id);
    this.#uploadIds.delete(id);
    // Best effort: the service sweeps the rest when it expires.
    if (upload_id) this.#calls.abort(upload_id).catch(() => undefined);
  };

  readonly #pauseOne = (file: UppyFile<M, B> | undefined, isPaused: boolean): void => {
    const job = file && this.#jobs.get(file.id);
    if (isPaused) job?.pause.abort();
    else job?.resume();
  };

  readonly #pauseAll = (): void => {
    for (const { pause } of this.#jobs.values()) pause.abort();
  };

  readonly #resumeAll = (): void => {
    for (const { resume } of this.#jobs.values()) resume();
  };
}
