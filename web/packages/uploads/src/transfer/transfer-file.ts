/** Takes one file from the disk to a confirmed record: hash, start, send, confirm, and what to do when one fails. */
import { ApiError, isAbort, type ErrorCode } from "../api/api-error.js";
import type {
  Checksum,
  FileRecord,
  PutTransfer,
  FileDetails,
  StartedUpload,
  UploadRecord,
  UploadStart,
} from "../api/types.js";
import { planOf, storedBytes, type PartPlan } from "./part-plan.js";
import { LONG_TRIES, RetryPolicy, withRetries, SHORT_TRIES } from "./retry-policy.js";
import { sendParts, type PartsPorts } from "./send-parts.js";
import { StoreError } from "./store-error.js";
import { unlessAborted } from "../wait.js";

export interface FileToSend {
  file: Blob;
  filename: string;
  content_type: string;
  details: FileDetails;
  /** What an earlier try is found by, from this page or another. */
  fingerprint: string | null;
  /** It is no song, but the cover of this file. */
  cover_of?: string;
  /** From an earlier try: what the service may already know. */
  upload_id: string | null;
}

export type Stage = "preparing" | "sending" | "confirming";

/** What the transfer reports while it works. */
export interface TransferListener {
  onStage(stage: Stage): void;
  /** It waits for what failed to work again; null: for the browser to be online. */
  onWaiting(cause: Error | null): void;
  onSent(bytes: number): void;
  onStarted(upload_id: string): void;
  /** An earlier try left so many bytes in the store. */
  onContinued(bytes: number): void;
}

/** For whom nothing of it is of interest, or only some of it. */
export const NO_LISTENER: TransferListener = {
  onStage: () => undefined,
  onWaiting: () => undefined,
  onSent: () => undefined,
  onStarted: () => undefined,
  onContinued: () => undefined,
};

/** All that the transfer needs of the world. */
export interface TransferPorts extends PartsPorts {
  /** Of the whole file; null where it is so large that it follows from those of its parts. */
  checksum(file: Blob, signal: AbortSignal): Promise<Checksum | null>;
  start(body: UploadStart): Promise<StartedUpload>;
  abort(upload_id: string): Promise<void>;
  /** The id of a pending upload of this file, whoever began it; null where there is none. */
  findEarlier(file: Blob, fingerprint: string, signal: AbortSignal): Promise<string | null>;
  getUpload(upload_id: string, signal: AbortSignal): Promise<UploadRecord>;
  freshTransfer(upload_id: string, signal: AbortSignal): Promise<PutTransfer>;
  confirm(upload_id: string, details: FileDetails, signal: AbortSignal): Promise<FileRecord>;
}

/** Fresh addresses asked for in one try, before the store's "no" is believed. */
const MAX_RENEWALS = 2;
/** Times that the service may fail to find what the store has said it took. */
const MAX_ROUNDS = 3;

/**
 * Rejects with ApiError, StoreError, or AbortError when cancelled or paused. A pause sends nothing more, but what is on
 * the wire runs to its end: a file in one piece may so be done after all.
 */
export function transferFile(
  song: FileToSend,
  ports: TransferPorts,
  watch: TransferListener,
  signal: AbortSignal,
  pause: AbortSignal = NEVER,
): Promise<FileRecord> {
  return new FileTransfer(song, ports, watch, signal, pause).run();
}

const NEVER = new AbortController().signal;

class FileTransfer {
  readonly #song: FileToSend;
  readonly #ports: TransferPorts;
  readonly #watch: TransferListener;
  /** Cancels what is on the wire, and all else. */
  readonly #signal: AbortSignal;
  readonly #pause: AbortSignal;
  /** Cancels what can be stopped without loss. */
  readonly #idle: AbortSignal;
  #tries = SHORT_TRIES;

  constructor(song: FileToSend, ports: TransferPorts, watch: TransferListener, signal: AbortSignal, pause: AbortSignal) {
    this.#song = song;
    this.#ports = ports;
    this.#watch = watch;
    this.#signal = signal;
    this.#pause = pause;
    this.#idle = AbortSignal.any([signal, pause]);
  }

  async run(): Promise<FileRecord> {
    this.#watch.onStage("preparing");
    return (await this.#resume()) ?? (await this.#begin());
  }

  /** Take up an earlier try. Null when there is none, or none that can go on. */
  async #resume(): Promise<FileRecord | null> {
    const upload = await this.#earlier();
    if (upload === null) return null;
    this.#watch.onStarted(upload.upload_id);
    const plan = planOf(upload);
    return plan ? this.#continueParts(upload.upload_id, plan) : this.#continuePut(upload.upload_id);
  }

  async #earlier(): Promise<UploadRecord | null> {
    const { file, fingerprint } = this.#song;
    const find = async () => (fingerprint === null ? null : this.#ports.findEarlier(file, fingerprint, this.#idle));
    const upload_id = this.#song.upload_id ?? (await this.#withRetries(find));
    if (upload_id === null) return null;
    const upload = await this.#getUpload(upload_id).catch(nullUnlessRetryable);
    return upload && canGoOn(upload) ? upload : null;
  }

  async #begin(): Promise<FileRecord> {
    const { file, filename, content_type, details, fingerprint, cover_of } = this.#song;
    const checksum = await this.#ports.checksum(file, this.#idle);
    const part_checksum_algorithm = "crc32c" as const;
    const declared = { filename, content_type, size_bytes: file.size, checksum, fingerprint, part_checksum_algorithm };
    const started = await this.#withRetries(() => this.#start({ ...declared, ...details, ...(cover_of && { cover_of }) }));
    this.#watch.onStarted(started.upload_id);
    const { upload_id, transfer } = started;
    if (transfer.kind !== "multipart") return this.#putAndConfirm(upload_id, transfer);
    return this.#sendPartsAndConfirm(upload_id, { ...transfer, stored_parts: [] });
  }

  /** Heard to its end even when cancelled: nobody would go on with what the service began, so it is dropped. */
  async #start(body: UploadStart): Promise<StartedUpload> {
    const answer = this.#ports.start(body);
    try {
      return await unlessAborted(answer, this.#idle);
    } catch (error) {
      // Best effort: what stays is swept when it expires.
      if (isAbort(error)) answer.then(({ upload_id }) => this.#ports.abort(upload_id)).catch(() => undefined);
      throw error;
    }
  }

  /** Ask confirm first: its answer may be all that was lost. */
  async #continuePut(upload_id: string): Promise<FileRecord | null> {
    try {
      return await this.#confirm(upload_id);
    } catch (error) {
      if (!isApiError(error, "object_missing")) return nullUnlessRetryable(error);
    }
    const transfer = await this.#fresh(upload_id).catch(nullUnlessRetryable);
    return transfer && this.#putAndConfirm(upload_id, transfer);
  }

  #continueParts(upload_id: string, plan: PartPlan): Promise<FileRecord> {
    const stored = storedBytes(this.#song.file.size, plan);
    if (stored > 0) this.#watch.onContinued(stored);
    return this.#sendPartsAndConfirm(upload_id, plan);
  }

  async #putAndConfirm(upload_id: string, first: PutTransfer): Promise<FileRecord> {
    let transfer = first;
    for (let round = 1; ; round += 1) {
      await this.#put(upload_id, transfer);
      try {
        return await this.#confirm(upload_id);
      } catch (error) {
        if (!isApiError(error, "object_missing") || round === MAX_ROUNDS) throw error;
      }
      transfer = await this.#fresh(upload_id);
    }
  }

  async #sendPartsAndConfirm(upload_id: string, first: PartPlan): Promise<FileRecord> {
    this.#tries = LONG_TRIES;
    let plan: PartPlan | null = first;
    for (let round = 1; ; round += 1) {
      if (plan) await this.#sendParts(upload_id, plan);
      try {
        return await this.#confirm(upload_id);
      } catch (error) {
        if (!isApiError(error, "parts_missing", "part_mismatch") || round === MAX_ROUNDS) throw error;
      }
      plan = planOf(await this.#getUpload(upload_id));
    }
  }

  /** Where the store has dropped the upload, confirm tells why: it is done, or its parts are wanted again. */
  async #sendParts(upload_id: string, plan: PartPlan): Promise<void> {
    try {
      await sendParts({ upload_id, file: this.#song.file, plan }, this.#ports, this.#watch, this.#signal, this.#pause);
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== "gone") throw error;
    }
  }

  /** Resolve when the store has the bytes, by this PUT or by one whose answer was lost. */
  async #put(upload_id: string, first: PutTransfer): Promise<void> {
    const retries = this.#retries();
    let transfer = first;
    for (let renewals = 0; ; ) {
      try {
        return await this.#ports.inTurn(() => this.#putOnce(transfer), this.#idle);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (error.kind === "already_there") return;
        // What was sent of it is lost: the next try begins with the first byte.
        this.#watch.onSent(0);
        // An answer of 413 is meant; without one it may have been the line.
        if (FINAL.has(error.kind) || (error.kind === "blocked" && error.status > 0)) throw error;
        if (error.kind === "expired") {
          renewals += 1;
          if (renewals > MAX_RENEWALS) throw error;
          transfer = await this.#fresh(upload_id);
        } else {
          await retries.wait(error);
        }
      }
    }
  }

  #putOnce(transfer: PutTransfer): Promise<void> {
    this.#watch.onStage("sending");
    this.#watch.onSent(0);
    const { file } = this.#song;
    return this.#ports.put(transfer, file, { signal: this.#signal, onSent: (bytes) => this.#watch.onSent(bytes) });
  }

  #confirm(upload_id: string): Promise<FileRecord> {
    this.#watch.onStage("confirming");
    return this.#withRetries(() => this.#ports.confirm(upload_id, this.#song.details, this.#signal));
  }

  #fresh(upload_id: string): Promise<PutTransfer> {
    return this.#withRetries(() => this.#ports.freshTransfer(upload_id, this.#idle));
  }

  #getUpload(upload_id: string): Promise<UploadRecord> {
    return this.#withRetries(() => this.#ports.getUpload(upload_id, this.#idle));
  }

  #withRetries<T>(call: () => Promise<T>): Promise<T> {
    return withRetries(call, this.#retries());
  }

  #retries(): RetryPolicy {
    return new RetryPolicy(this.#ports, this.#idle, this.#tries, (cause) => this.#watch.onWaiting(cause));
  }
}

/** Trying these again changes nothing. */
const FINAL: ReadonlySet<StoreError["kind"]> = new Set(["refused", "unreadable", "gone"]);

/** One that another client began with a digest that this page cannot make is left to that client. */
function canGoOn({ status, part_checksum_algorithm }: UploadRecord): boolean {
  return (status === "pending" || status === "ready") && part_checksum_algorithm !== "sha256";
}

function isApiError(error: unknown, ...codes: ErrorCode[]): boolean {
  return error instanceof ApiError && codes.some((code) => code === error.code);
}

/** Null lets the caller start anew; what a later try may mend is thrown, so that nothing is sent twice. */
function nullUnlessRetryable(error: unknown): null {
  if (isAbort(error) || !(error instanceof ApiError) || error.retryable || error.status === 401) throw error;
  return null;
}
