/** An Uppy 6 uploader: Uppy keeps the list and draws it, this sends each file the way Moodrop wants it. */
import { BasePlugin, type Body, type Meta, type PluginOpts, type Uppy, type UppyFile } from "@uppy/core";
import { filterFilesToEmitUploadStarted, filterFilesToUpload } from "@uppy/core/utils";
import { isAbort } from "./api/api-error.js";
import { uploadCalls, type UploadCalls } from "./api/upload-calls.js";
import { browserPorts } from "./transfer/browser-ports.js";
import { createClient, type ClientOptions, type MoodropClient } from "./api/create-client.js";
import { transferCover } from "./transfer/transfer-cover.js";
import { createPool } from "./transfer/pool.js";
import { createOrdering, transferInOrder } from "./transfer/ordering.js";
import { NO_LISTENER, type TransferPorts, type TransferListener } from "./transfer/transfer-file.js";
import { DEFAULT_OPTIONS, type TransferOptions } from "./transfer/options.js";
import type { FileRecord } from "./api/types.js";
import { metaOf, toFileToSend } from "./uppy-meta.js";

export type { MoodropMeta } from "./uppy-meta.js";

export interface MoodropOptions extends PluginOpts, ClientOptions {
  /** One that the app has already; else one is made of `baseUrl`, `token` and `headers`. */
  client?: MoodropClient;
  /** Of a file whose `meta.mood` says nothing. */
  mood: string;
  transferOptions?: Partial<TransferOptions>;
}

/** One file under way: `pause` lets what is on the wire run to its end, `removed` stops all. */
interface Job {
  pause: AbortController;
  removed: AbortController;
  resume: () => void;
}

/** As long as Uppy shows its own. */
const INFO_MS = 5000;
/** To be said otherwise by the option `locale`. */
const LOCALE = { strings: { coverFailed: "%{file} was uploaded, but without its cover" } };

/**
 * `uppy.use(Moodrop, { baseUrl, mood })`; the record of a file is the body of its "upload-success".
 * What goes along of a file's `meta` is `MoodropMeta`.
 */
export class Moodrop<M extends Meta, B extends Body> extends BasePlugin<MoodropOptions, M, B> {
  readonly #calls: UploadCalls;
  readonly #ports: TransferPorts;
  readonly #inTurn: ReturnType<typeof createPool>;
  readonly #inOrder = createOrdering();
  readonly #jobs = new Map<string, Job>();
  /** Kept over failures, so that a retry goes on where it was. */
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
    this.#inTurn = createPool(transferOptions.simultaneous_uploads);
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

  /** A paused one gives its turn away, and takes another when it is to go on. */
  async #untilSent(file: UppyFile<M, B>, job: Job): Promise<FileRecord> {
    for (;;) {
      await this.#untilResumed(file.id, job);
      job.pause = new AbortController();
      const idle = AbortSignal.any([job.pause.signal, job.removed.signal]);
      try {
        return await this.#inTurn(() => this.#transfer(file, job, idle), idle);
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
    const song = toFileToSend(file, meta, this.#uploadIds.get(file.id) ?? null);
    const uploadStarted = Date.now();
    const watch: TransferListener = {
      ...NO_LISTENER,
      onSent: (bytesUploaded) => {
        const progress = { uploadStarted, bytesUploaded, bytesTotal: song.file.size };
        if (!signal.aborted) this.uppy.emit("upload-progress", this.uppy.getFile(file.id), progress);
      },
      onStarted: (upload_id) => void this.#uploadIds.set(file.id, upload_id),
    };
    const record = await this.#inOrder((turn) => transferInOrder(turn, song, this.#ports, watch, signal, pause), idle);
    return meta.cover ? this.#withCover(file.name, record, meta.cover, signal) : record;
  }

  /** The song is there whatever becomes of its picture, so this rejects only when cancelled. */
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

  /** A removed file stops at once, and the service drops what it holds of it. */
  readonly #forget = ({ id }: UppyFile<M, B>): void => {
    this.#jobs.get(id)?.removed.abort();
    const upload_id = this.#uploadIds.get(id);
    this.#uploadIds.delete(id);
    // Best effort: what stays is swept when it expires.
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
