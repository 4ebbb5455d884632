/** Takes one file from the disk to a confirmed record: hash, start, PUT, confirm, and what to do when one fails. */
import { ApiError, isAbort } from "../../lib/api-error";
import type { Checksum, FileRecord, SongDetails, StartedUpload, Transfer, UploadStart } from "../../lib/types";
import type { PutOptions } from "./put-file";
import { StoreError } from "./store-error";

export interface Song {
  file: Blob;
  filename: string;
  content_type: string;
  details: SongDetails;
  /** From an earlier try: what the service may already know. */
  upload_id: string | null;
}

export type Stage = "preparing" | "sending" | "waiting" | "confirming";

/** What the transfer reports while it works. */
export interface Watch {
  onStage(stage: Stage): void;
  onSent(bytes: number): void;
  onStarted(upload_id: string): void;
}

/** All that the transfer needs of the world. */
export interface TransferPorts {
  checksum(file: Blob, signal: AbortSignal): Promise<Checksum | null>;
  start(body: UploadStart, signal: AbortSignal): Promise<StartedUpload>;
  freshTransfer(upload_id: string, signal: AbortSignal): Promise<Transfer>;
  confirm(upload_id: string, details: SongDetails, signal: AbortSignal): Promise<FileRecord>;
  put(transfer: Transfer, file: Blob, options: Omit<PutOptions, "stallAfterMs">): Promise<void>;
  isOnline(): boolean;
  untilOnline(signal: AbortSignal): Promise<void>;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Waits between tries of one request. Being offline does not use them up. */
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];
/** Fresh addresses asked for in one try, before the store's "no" is believed. */
const MAX_RENEWALS = 2;
/** Times that the service may fail to find what the store has said it took. */
const MAX_ROUNDS = 3;

/** Rejects with ApiError, StoreError, or AbortError when cancelled. */
export function transferFile(
  song: Song,
  ports: TransferPorts,
  watch: Watch,
  signal: AbortSignal,
): Promise<FileRecord> {
  return new FileTransfer(song, ports, watch, signal).run();
}

class FileTransfer {
  readonly #song: Song;
  readonly #ports: TransferPorts;
  readonly #watch: Watch;
  readonly #signal: AbortSignal;

  constructor(song: Song, ports: TransferPorts, watch: Watch, signal: AbortSignal) {
    this.#song = song;
    this.#ports = ports;
    this.#watch = watch;
    this.#signal = signal;
  }

  async run(): Promise<FileRecord> {
    this.#watch.onStage("preparing");
    return (await this.#resume()) ?? (await this.#begin());
  }

  /**
   * Take up an earlier try, asking confirm first: its answer may be all that was lost.
   * Null when the service no longer knows the upload, or will not have it.
   */
  async #resume(): Promise<FileRecord | null> {
    const { upload_id } = this.#song;
    if (upload_id === null) return null;
    try {
      return await this.#confirm(upload_id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 401) throw error;
      if (error.code !== "object_missing") return giveUpUnlessRetryable(error);
    }
    const transfer = await this.#fresh(upload_id).catch((error: unknown) => giveUpUnlessRetryable(error));
    return transfer && this.#sendAndConfirm(upload_id, transfer);
  }

  async #begin(): Promise<FileRecord> {
    const { file, filename, content_type, details } = this.#song;
    const checksum = await this.#ports.checksum(file, this.#signal);
    const declared = { filename, content_type, size_bytes: file.size, checksum, ...details };
    const started = await this.#persist(() => this.#ports.start(declared, this.#signal));
    this.#watch.onStarted(started.upload_id);
    return this.#sendAndConfirm(started.upload_id, started.transfer);
  }

  async #sendAndConfirm(upload_id: string, first: Transfer): Promise<FileRecord> {
    let transfer = first;
    for (let round = 1; ; round += 1) {
      await this.#send(upload_id, transfer);
      try {
        return await this.#confirm(upload_id);
      } catch (error) {
        const missing = error instanceof ApiError && error.code === "object_missing";
        if (!missing || round === MAX_ROUNDS) throw error;
      }
      transfer = await this.#fresh(upload_id);
    }
  }

  /** Resolve when the store has the bytes, by this PUT or by one whose answer was lost. */
  async #send(upload_id: string, first: Transfer): Promise<void> {
    let transfer = first;
    let renewals = 0;
    for (let tries = 0; ; ) {
      try {
        return await this.#put(transfer);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (error.kind === "already_there") return;
        if (error.kind === "refused" || error.kind === "unreadable") throw error;
        if (error.kind === "expired") {
          renewals += 1;
          if (renewals > MAX_RENEWALS) throw error;
          transfer = await this.#fresh(upload_id);
        } else {
          tries = await this.#pause(error, tries, null);
        }
      }
    }
  }

  #put(transfer: Transfer): Promise<void> {
    this.#watch.onStage("sending");
    this.#watch.onSent(0);
    const { file } = this.#song;
    return this.#ports.put(transfer, file, { signal: this.#signal, onSent: (bytes) => this.#watch.onSent(bytes) });
  }

  #confirm(upload_id: string): Promise<FileRecord> {
    this.#watch.onStage("confirming");
    return this.#persist(() => this.#ports.confirm(upload_id, this.#song.details, this.#signal));
  }

  #fresh(upload_id: string): Promise<Transfer> {
    return this.#persist(() => this.#ports.freshTransfer(upload_id, this.#signal));
  }

  /** Call the service until it answers, or says something that waiting does not mend. */
  async #persist<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; ) {
      try {
        return await call();
      } catch (error) {
        // object_missing is retryable too, but by another PUT, not by asking again.
        if (!(error instanceof ApiError) || !error.retryable || error.code === "object_missing") throw error;
        tries = await this.#pause(error, tries, error.retry_after);
      }
    }
  }

  /** Wait before the next try and count it. Rejects with `error` when the tries are spent. */
  async #pause(error: Error, tries: number, retry_after: number | null): Promise<number> {
    if (!this.#ports.isOnline()) {
      this.#watch.onStage("waiting");
      await this.#ports.untilOnline(this.#signal);
      return 0;
    }
    const backoff = BACKOFF_MS[tries];
    if (backoff === undefined) throw error;
    await this.#ports.sleep(Math.max(backoff, (retry_after ?? 0) * 1000), this.#signal);
    return tries + 1;
  }
}

/** Null lets the caller start anew; what a later try may mend is thrown, so that nothing is sent twice. */
function giveUpUnlessRetryable(error: unknown): null {
  if (isAbort(error) || !(error instanceof ApiError) || error.retryable) throw error;
  return null;
}
