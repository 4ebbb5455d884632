/** Joins transfer.ts to Uppy: Uppy holds the queue of files, this sends them and keeps a track of each. */
import { BasePlugin, type Body, type PluginOpts, type Uppy, type UppyFile } from "@uppy/core";
import { asApiError, isAbort } from "../../lib/api-error";
import { inWords } from "../../lib/problem-words";
import type { FileRecord } from "../../lib/types";
import { createPool } from "./pool";
import type { Safekeeping } from "./safekeeping";
import { StoreError } from "./store-error";
import { transferFile, type Song, type TransferPorts, type Watch } from "./transfer";
import { advance, isMoving, type Failure, type Track, type TrackEvent } from "./upload-state";

/** What we know of a song besides its bytes; Uppy keeps it with the file. */
export type SongMeta = { title: string; artist: string; mood: string; fingerprint: string; relativePath?: string };
export type SongFile = UppyFile<SongMeta, Body>;
export type Tracks = Readonly<Record<string, Track>>;

export interface TransferPluginOptions extends PluginOpts {
  ports: TransferPorts;
  abort(upload_id: string): Promise<void>;
  simultaneous: number;
  safekeeping: Safekeeping;
  onDone(file: FileRecord): void;
  /** It goes on where an earlier try stopped, at so many bytes. */
  onContinued(file: SongFile, bytes: number): void;
  onFailed(name: string, failure: Failure): void;
}

export class TransferPlugin extends BasePlugin<TransferPluginOptions, SongMeta, Body, { tracks?: Tracks }> {
  static readonly ID = "transfers";
  readonly #inTurn: ReturnType<typeof createPool>;
  readonly #running = new Map<string, AbortController>();
  /** Upload ids that the service gave, kept over failures so that a retry goes on where it was. */
  readonly #uploadIds = new Map<string, string>();

  constructor(uppy: Uppy<SongMeta, Body>, options: TransferPluginOptions) {
    super(uppy, options);
    this.id = TransferPlugin.ID;
    this.type = "uploader";
    this.#inTurn = createPool(options.simultaneous);
  }

  override install(): void {
    const { capabilities } = this.uppy.getState();
    this.uppy.setState({ capabilities: { ...capabilities, individualCancellation: true } });
    this.uppy.addUploader(this.#upload);
    this.uppy.on("file-removed", this.#forget);
  }

  override uninstall(): void {
    this.uppy.removeUploader(this.#upload);
    this.uppy.off("file-removed", this.#forget);
    for (const controller of this.#running.values()) controller.abort();
  }

  get tracks(): Tracks {
    return this.getPluginState().tracks ?? NO_TRACKS;
  }

  /** The file belongs to this upload of the service: its transfer goes on there. */
  claim(id: string, upload_id: string): void {
    this.#uploadIds.set(id, upload_id);
  }

  /** Stop sending; what the store has, it keeps. */
  pause(id: string): void {
    const track = this.tracks[id];
    if (!isMoving(track) || track.status === "paused") return;
    this.#track(id, { type: "stage", stage: "paused" });
    this.#running.get(id)?.abort();
  }

  readonly #upload = async (ids: string[]): Promise<void> => {
    const files = this.uppy.getFilesByIds(ids);
    this.uppy.emit("upload-start", files);
    const now = performance.now();
    const queued = ids.map((id) => [id, advance(this.tracks[id], { type: "stage", stage: "queued" }, now)]);
    this.setPluginState({ tracks: { ...this.tracks, ...Object.fromEntries(queued) } });
    for (const file of files) this.opts.safekeeping.take(file);
    await Promise.all(files.map((file) => this.#send(file)));
  };

  async #send(file: SongFile): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(file.id, controller);
    try {
      const song = this.#songOf(file);
      const run = () => transferFile(song, this.opts.ports, this.#watch(file, signal), signal);
      this.#done(file, await this.#inTurn(run, signal));
    } catch (error) {
      if (!isAbort(error)) this.#failed(file, failureFrom(error));
    } finally {
      // A paused one that was resumed at once has another controller by now.
      if (this.#running.get(file.id) === controller) this.#running.delete(file.id);
    }
  }

  #songOf(file: SongFile): Song {
    if (file.isRemote || !file.data) throw new StoreError("unreadable");
    const { mood, title, artist, fingerprint } = file.meta;
    return {
      file: file.data,
      filename: file.name,
      content_type: file.type,
      details: { mood, title: title.trim() || null, artist: artist.trim() || null, tags: null, visibility: null },
      fingerprint,
      upload_id: this.#uploadIds.get(file.id) ?? null,
    };
  }

  #watch(file: SongFile, signal: AbortSignal): Watch {
    const { id } = file;
    return {
      onStage: (stage) => {
        if (!signal.aborted) this.#track(id, { type: "stage", stage });
      },
      onSent: (bytes) => this.#track(id, { type: "sent", bytes }),
      onStarted: (upload_id) => {
        this.#uploadIds.set(id, upload_id);
        this.opts.safekeeping.note(file, upload_id);
      },
      onContinued: (bytes) => this.opts.onContinued(file, bytes),
    };
  }

  #done(file: SongFile, record: FileRecord): void {
    this.#uploadIds.delete(file.id);
    this.opts.safekeeping.drop(file);
    this.#track(file.id, { type: "done", file: record });
    this.uppy.emit("upload-success", this.uppy.getFile(file.id), { status: 200 });
    this.opts.onDone(record);
  }

  /**
   * No "upload-error" for Uppy: it would mark the file, and Uppy's upload() first sends every marked
   * file again before it starts a new one. Here a failed song waits for its own Retry.
   */
  #failed(file: SongFile, failure: Failure): void {
    this.opts.safekeeping.release(file);
    this.#track(file.id, { type: "failed", failure });
    this.opts.onFailed(file.meta.title || file.name, failure);
  }

  /** A removed file stops at once, and the service drops what it holds of it. */
  readonly #forget = (file: SongFile): void => {
    const { id } = file;
    // A draft was never taken; another tab may be at the same file.
    if (this.tracks[id]) this.opts.safekeeping.drop(file);
    this.#running.get(id)?.abort();
    const upload_id = this.#uploadIds.get(id);
    this.#uploadIds.delete(id);
    const { [id]: _gone, ...tracks } = this.tracks;
    this.setPluginState({ tracks });
    // Best effort: what stays is swept when it expires.
    if (upload_id) this.opts.abort(upload_id).catch(() => undefined);
  };

  #track(id: string, event: TrackEvent): void {
    if (!this.uppy.getFile(id)) return;
    const before = this.tracks[id];
    const after = advance(before, event, performance.now());
    if (after !== before) this.setPluginState({ tracks: { ...this.tracks, [id]: after } });
  }
}

const NO_TRACKS: Tracks = {};

function failureFrom(error: unknown): Failure {
  const { detail, hint } = error instanceof StoreError ? error : inWords(asApiError(error));
  return { detail, hint };
}
