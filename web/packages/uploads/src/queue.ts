/** The files on their way: starts, pauses and drops each one's transfer, and keeps a track of it. */
import { asApiError, isAbort } from "./api-error.js";
import { createPool } from "./pool.js";
import type { Safekeeping } from "./safekeeping.js";
import { createOrder, transferInOrder } from "./starting-order.js";
import { StoreError } from "./store-error.js";
import { transferFile, type Song, type TransferPorts, type Watch } from "./transfer.js";
import type { FileRecord, SongDetails, SongMeta } from "./types.js";
import { advance, isMoving, type Draft, type Track, type TrackEvent, type UploadError } from "./upload-state.js";

/** A draft has no track. */
export interface Entry extends Draft {
  track: Track | null;
}

export interface QueueOptions {
  ports: TransferPorts;
  abort(upload_id: string): Promise<void>;
  simultaneous: number;
  /** Null: nothing outlives the page but what the service holds. */
  safekeeping: Safekeeping | null;
  /** Resolves when all is known that is to be sent along with it. */
  described(local_id: string): Promise<void>;
  onChange(): void;
  onDone(file: FileRecord): void;
  /** It goes on where an earlier try stopped, at so many bytes. */
  onContinued(entry: Entry, bytes: number): void;
  onFailed(entry: Entry, error: UploadError): void;
  /** Whether the service takes such a picture. */
  takesCover(cover: Blob): boolean;
  /** The song is there, its picture is not. */
  onCoverFailed(entry: Entry, error: UploadError): void;
}

export class Queue {
  readonly #options: QueueOptions;
  readonly #inTurn: ReturnType<typeof createPool>;
  readonly #inOrder = createOrder();
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Map<string, AbortController>();
  /** Upload ids that the service gave, kept over failures so that a retry goes on where it was. */
  readonly #uploadIds = new Map<string, string>();

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#inTurn = createPool(options.simultaneous);
  }

  all(): Entry[] {
    return [...this.#entries.values()];
  }

  add(draft: Draft): void {
    this.#set({ ...draft, track: null });
  }

  edit(id: string, meta: Partial<SongMeta>): void {
    const entry = this.#entries.get(id);
    if (entry) this.#set({ ...entry, meta: { ...entry.meta, ...meta } });
  }

  /** Start a draft, or start again one that was paused or that failed. With an id: as the upload that it already is. */
  start(id: string, upload_id?: string): void {
    const entry = this.#entries.get(id);
    if (!entry || this.#running.has(id) || entry.track?.status === "done") return;
    if (upload_id) this.#uploadIds.set(id, upload_id);
    this.#options.safekeeping?.take(entry);
    this.#track(id, { type: "stage", stage: "queued" });
    void this.#send(entry);
  }

  /** Stop sending; what the store has, it keeps. */
  pause(id: string): void {
    const track = this.#entries.get(id)?.track;
    if (!isMoving(track) || track.status === "paused") return;
    this.#track(id, { type: "stage", stage: "paused" });
    this.#stop(id);
  }

  /** A removed file stops at once, and the service drops what it holds of it. */
  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    // A draft was never taken; another tab may be at the same file.
    if (entry.track) this.#options.safekeeping?.drop(entry);
    this.#stop(id);
    const upload_id = this.#uploadIds.get(id);
    this.#uploadIds.delete(id);
    // Best effort: what stays is swept when it expires.
    if (upload_id) this.#options.abort(upload_id).catch(() => undefined);
    this.#options.onChange();
  }

  /** Stop all; what the store has stays, for the next page. */
  destroy(): void {
    for (const id of this.#running.keys()) this.#stop(id);
  }

  #stop(id: string): void {
    this.#running.get(id)?.abort();
    this.#running.delete(id);
  }

  async #send(entry: Entry): Promise<void> {
    const { local_id } = entry;
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(local_id, controller);
    try {
      this.#done(entry, await this.#inTurn(() => this.#transfer(entry, signal), signal));
    } catch (error) {
      if (!isAbort(error)) this.#failed(entry, asUploadError(error));
    } finally {
      // A paused one that was resumed at once has another controller by now.
      if (this.#running.get(local_id) === controller) this.#running.delete(local_id);
    }
  }

  async #transfer(entry: Entry, signal: AbortSignal): Promise<FileRecord> {
    const { local_id } = entry;
    this.#track(local_id, { type: "stage", stage: "preparing" });
    const file = await this.#inOrder(async (turn) => {
      await this.#options.described(local_id);
      const song = songOf(this.#entries.get(local_id) ?? entry, this.#uploadIds.get(local_id) ?? null);
      return transferInOrder(turn, song, this.#options.ports, this.#watch(entry, signal), signal);
    }, signal);
    // From here on nothing is to be sent again: a reload would send it as another song.
    this.#uploadIds.delete(local_id);
    this.#options.safekeeping?.drop(entry);
    return this.#withCover(this.#entries.get(local_id) ?? entry, file, signal);
  }

  /** The song is recorded whatever becomes of its picture, so this never rejects. */
  async #withCover(entry: Entry, file: FileRecord, signal: AbortSignal): Promise<FileRecord> {
    const { cover } = entry.meta;
    if (!cover || !this.#options.takesCover(cover)) return file;
    try {
      return await transferFile(coverOf(file, cover), this.#options.ports, UNWATCHED, signal);
    } catch (error) {
      if (!isAbort(error)) this.#options.onCoverFailed(entry, asUploadError(error));
      return file;
    }
  }

  #watch(entry: Entry, signal: AbortSignal): Watch {
    const { local_id } = entry;
    return {
      onStage: (stage) => {
        if (!signal.aborted) this.#track(local_id, { type: "stage", stage });
      },
      onSent: (bytes) => this.#track(local_id, { type: "sent", bytes }),
      onStarted: (upload_id) => {
        this.#uploadIds.set(local_id, upload_id);
        this.#options.safekeeping?.note(entry, upload_id);
      },
      onContinued: (bytes) => this.#options.onContinued(entry, bytes),
    };
  }

  #done(entry: Entry, file: FileRecord): void {
    this.#track(entry.local_id, { type: "done", file });
    this.#options.onDone(file);
  }

  #failed(entry: Entry, error: UploadError): void {
    this.#options.safekeeping?.release(entry);
    this.#track(entry.local_id, { type: "failed", error });
    this.#options.onFailed(entry, error);
  }

  #track(id: string, event: TrackEvent): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    const track = advance(entry.track, event, performance.now());
    if (track !== entry.track) this.#set({ ...entry, track });
  }

  #set(entry: Entry): void {
    this.#entries.set(entry.local_id, entry);
    this.#options.onChange();
  }
}

function songOf({ file, filename, content_type, fingerprint, meta }: Draft, upload_id: string | null): Song {
  return { file, filename, content_type, fingerprint, details: detailsOf(meta), upload_id };
}

/** Stays "confirming" while its picture is sent, which is small. */
const UNWATCHED: Watch = {
  onStage: () => undefined,
  onSent: () => undefined,
  onStarted: () => undefined,
  onContinued: () => undefined,
};

export function coverOf({ file_id }: FileRecord, cover: Blob): Song {
  const known = { filename: "cover", content_type: cover.type, details: {}, fingerprint: null, upload_id: null };
  return { ...known, file: cover, cover_of: file_id };
}

function asUploadError(error: unknown): UploadError {
  return error instanceof StoreError ? error : asApiError(error);
}

export function detailsOf({ mood, title, artist, album, duration_seconds }: SongMeta): SongDetails {
  return { mood, title: said(title), artist: said(artist), album: said(album), duration_seconds };
}

function said(text: string): string | null {
  return text.trim() || null;
}
