/** The files on their way: starts, pauses and drops each one's transfer, and keeps a track of it. */
import { asApiError, isAbort } from "../api/api-error.js";
import { transferCover } from "../transfer/transfer-cover.js";
import { detailsOf } from "../metadata/details.js";
import { createPool } from "../transfer/pool.js";
import type { Persistence } from "../persistence/persistence.js";
import { createOrder, transferInOrder } from "../transfer/ordering.js";
import { StoreError } from "../transfer/store-error.js";
import type { FileToSend, Stage, TransferPorts, TransferListener } from "../transfer/transfer-file.js";
import type { FileRecord, FileMeta } from "../api/types.js";
import { advance, isMoving, type Draft, type MovingStatus, type UploadProgress, type ProgressChange, type UploadError } from "./upload-progress.js";
import { unlessAborted } from "../wait.js";

/** A draft has no track. */
export interface Entry extends Draft {
  progress: UploadProgress | null;
}

export interface QueueOptions {
  ports: TransferPorts;
  abort(upload_id: string): Promise<void>;
  simultaneous: number;
  /** Null: nothing outlives the page but what the service holds. */
  persistence: Persistence | null;
  /** Resolves when all is known that is to be sent along with it. */
  described(local_id: string): Promise<void>;
  onChange(): void;
  onDone(file: FileRecord): void;
  /** It goes on where an earlier try stopped, at so many bytes. */
  onContinued(entry: Entry, bytes: number): void;
  onFailed(entry: Entry, error: UploadError): void;
  /** Whether the service takes such a picture. */
  takesCover(cover: Blob): boolean;
  /** After onDone. */
  onCoverFailed(entry: Entry, error: UploadError): void;
}

/** How one that is under way is ended: at once, or as soon as nothing is lost by it. */
interface Run {
  stop: AbortController;
  pause: AbortController;
  /** Aborted with either: for what can be stopped without loss. */
  idle: AbortSignal;
  /** It was paused, and is wanted again. */
  resumed: boolean;
}

/** Pausing these would throw away what is on the wire. */
const ON_THE_WIRE: ReadonlySet<MovingStatus> = new Set<MovingStatus>(["sending", "confirming"]);

export class Queue {
  readonly #options: QueueOptions;
  readonly #inTurn: ReturnType<typeof createPool>;
  readonly #inOrder = createOrder();
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Map<string, Run>();
  /** Upload ids that the service gave, kept over failures so that a retry goes on where it was. */
  readonly #uploadIds = new Map<string, string>();
  /** Songs that are there, while their picture is not. */
  readonly #coverless = new Map<string, FileRecord>();

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#inTurn = createPool(options.simultaneous);
  }

  all(): Entry[] {
    return [...this.#entries.values()];
  }

  add(draft: Draft): void {
    this.#set({ ...draft, progress: null });
  }

  edit(id: string, meta: Partial<FileMeta>): void {
    const entry = this.#entries.get(id);
    if (entry) this.#set({ ...entry, meta: { ...entry.meta, ...meta } });
  }

  /**
   * Start a draft, or start again one that was paused, that failed, or that waits. With an id: as the upload that it
   * already is.
   */
  start(id: string, upload_id?: string): void {
    const entry = this.#entries.get(id);
    const coverless = this.#coverless.has(id);
    if (!entry || (entry.progress?.status === "done" && !coverless)) return;
    if (entry.progress?.status === "pausing") return this.#unpause(id);
    if (entry.progress?.status === "waiting") this.#stop(id);
    if (this.#running.has(id)) return;
    if (upload_id) this.#uploadIds.set(id, upload_id);
    if (coverless) this.#options.persistence?.claim(entry);
    else this.#options.persistence?.take(entry);
    this.#report(id, { type: "stage", stage: "queued" });
    void this.#send(entry);
  }

  /** Send only the picture of a draft whose song is there already. */
  startCover(id: string, file: FileRecord): void {
    this.#coverless.set(id, file);
    this.start(id);
  }

  /** Send nothing more. What is on the wire runs to its end: a file in one piece is then done, not paused. */
  pause(id: string): void {
    const progress = this.#entries.get(id)?.progress;
    if (!isMoving(progress) || progress.status === "paused") return;
    const run = this.#running.get(id);
    if (run && (progress.status === "pausing" || ON_THE_WIRE.has(progress.status))) {
      run.resumed = false;
      this.#report(id, { type: "stage", stage: "pausing" });
      run.pause.abort();
    } else {
      this.#report(id, { type: "stage", stage: "paused" });
      this.#stop(id);
    }
  }

  #unpause(id: string): void {
    const run = this.#running.get(id);
    if (run) run.resumed = true;
    this.#report(id, { type: "stage", stage: "sending" });
  }

  /** A removed file stops at once, and the service drops what it holds of it. */
  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    // A draft was never taken; another tab may be at the same file.
    if (entry.progress) this.#options.persistence?.drop(entry);
    this.#stop(id);
    const upload_id = this.#uploadIds.get(id);
    this.#uploadIds.delete(id);
    this.#coverless.delete(id);
    // Best effort: what stays is swept when it expires.
    if (upload_id) this.#options.abort(upload_id).catch(() => undefined);
    this.#options.onChange();
  }

  /** Stop all; what the store has stays, for the next page. */
  destroy(): void {
    for (const id of this.#running.keys()) this.#stop(id);
  }

  #stop(id: string): void {
    this.#running.get(id)?.stop.abort();
    this.#running.delete(id);
  }

  async #send(entry: Entry): Promise<void> {
    const { local_id } = entry;
    const run = newRun();
    this.#running.set(local_id, run);
    try {
      await this.#inTurn(() => this.#transfer(entry, run), run.idle);
    } catch (error) {
      if (!isAbort(error)) this.#failed(entry, asUploadError(error));
    } finally {
      // One that was stopped and started again at once has another run by now.
      if (this.#running.get(local_id) === run) this.#ended(local_id, run);
    }
  }

  #ended(id: string, { resumed }: Run): void {
    this.#running.delete(id);
    if (!isMoving(this.#entries.get(id)?.progress)) return;
    if (resumed) this.start(id);
    else this.#report(id, { type: "stage", stage: "paused" });
  }

  async #transfer(entry: Entry, run: Run): Promise<void> {
    const file = this.#coverless.get(entry.local_id) ?? (await this.#sendSong(entry, run));
    await this.#sendCover(this.#entries.get(entry.local_id) ?? entry, file, run);
  }

  async #sendSong(entry: Entry, run: Run): Promise<FileRecord> {
    const { local_id } = entry;
    const { stop, pause, idle } = run;
    this.#report(local_id, { type: "stage", stage: "preparing" });
    const file = await this.#inOrder(async (turn) => {
      await unlessAborted(this.#options.described(local_id), idle);
      const song = toFileToSend(this.#entries.get(local_id) ?? entry, this.#uploadIds.get(local_id) ?? null);
      return transferInOrder(turn, song, this.#options.ports, this.#watch(entry, run), stop.signal, pause.signal);
    }, idle);
    // From here on its bytes are not to be sent again: a reload would send them as another song.
    this.#uploadIds.delete(local_id);
    this.#options.persistence?.dropSong(entry);
    return file;
  }

  /** The song is there whatever becomes of its picture, so this rejects only when cancelled. */
  async #sendCover(entry: Entry, file: FileRecord, run: Run): Promise<void> {
    const cover = this.#coverOf(entry);
    if (!cover) return this.#done(entry, file);
    this.#coverless.set(entry.local_id, file);
    this.#stage(entry.local_id, run, "confirming");
    try {
      // It is small, and goes along also where its song was paused on its last bytes.
      this.#done(entry, await transferCover(file.file_id, cover, this.#options.ports, run.stop.signal));
    } catch (error) {
      if (isAbort(error)) throw error;
      this.#doneWithoutCover(entry, file, asUploadError(error));
    }
  }

  /** The picture that goes with it, where the service takes such a one. */
  #coverOf({ meta: { cover } }: Entry): Blob | null {
    return cover && this.#options.takesCover(cover) ? cover : null;
  }

  /** What one does that is pausing is not told: it goes on only with what it had begun. */
  #stage(id: string, { stop, pause, resumed }: Run, stage: Stage): void {
    if (!stop.signal.aborted && (resumed || !pause.signal.aborted)) this.#report(id, { type: "stage", stage });
  }

  #watch(entry: Entry, run: Run): TransferListener {
    const { local_id } = entry;
    return {
      onStage: (stage) => this.#stage(local_id, run, stage),
      onWaiting: (cause) => {
        if (!run.idle.aborted) this.#report(local_id, { type: "waiting", cause: cause && asUploadError(cause) });
      },
      onSent: (bytes) => this.#report(local_id, { type: "sent", bytes }),
      onStarted: (upload_id) => {
        this.#uploadIds.set(local_id, upload_id);
        const now = this.#entries.get(local_id) ?? entry;
        this.#options.persistence?.note(now, upload_id, this.#coverOf(now));
      },
      onContinued: (bytes) => this.#options.onContinued(entry, bytes),
    };
  }

  #done(entry: Entry, file: FileRecord): void {
    this.#coverless.delete(entry.local_id);
    this.#options.persistence?.drop(entry);
    this.#report(entry.local_id, { type: "done", file, cover_error: null });
    this.#options.onDone(file);
  }

  #doneWithoutCover(entry: Entry, file: FileRecord, cover_error: UploadError): void {
    this.#options.persistence?.release(entry);
    this.#report(entry.local_id, { type: "done", file, cover_error });
    this.#options.onDone(file);
    this.#options.onCoverFailed(entry, cover_error);
  }

  #failed(entry: Entry, error: UploadError): void {
    this.#options.persistence?.release(entry);
    this.#report(entry.local_id, { type: "failed", error });
    this.#options.onFailed(entry, error);
  }

  #report(id: string, event: ProgressChange): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    const progress = advance(entry.progress, event, performance.now());
    if (progress !== entry.progress) this.#set({ ...entry, progress });
  }

  #set(entry: Entry): void {
    this.#entries.set(entry.local_id, entry);
    this.#options.onChange();
  }
}

function toFileToSend({ file, filename, content_type, fingerprint, meta }: Draft, upload_id: string | null): FileToSend {
  return { file, filename, content_type, fingerprint, details: detailsOf(meta), upload_id };
}

function newRun(): Run {
  const [stop, pause] = [new AbortController(), new AbortController()];
  return { stop, pause, idle: AbortSignal.any([stop.signal, pause.signal]), resumed: false };
}

function asUploadError(error: unknown): UploadError {
  return error instanceof StoreError ? error : asApiError(error);
}
