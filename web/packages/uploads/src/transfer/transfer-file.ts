/** Takes one file from the disk to its record: hash, start, send, confirm, and what to do when a step fails. */
import { ApiError, isAbort, type ErrorCode } from "../api/api-error.js";
import type { FileRecord, StartedUpload, UploadRecord, UploadStart } from "../api/types.js";
import type { Place } from "./sending-line.js";
import { planOf, storedBytes, type PartPlan } from "./part-plan.js";
import { LONG_TRIES, RetryPolicy, withRetries, SHORT_TRIES } from "./retry-policy.js";
import { sendParts } from "./send-parts.js";
import { sendPut } from "./send-put.js";
import { StoreError } from "./store-error.js";
import type { TransferListener } from "./transfer-listener.js";
import type { FileToSend, SignedPut, TransferPorts } from "./transfer-ports.js";
import { unlessAborted } from "../wait.js";

/** Times that the service may miss an object that the store has accepted. */
const MAX_ROUNDS = 3;
/** A URL is not used in its last moments. */
const MARGIN_MS = 2000;

/**
 * Rejects with ApiError, StoreError, or AbortError when cancelled or paused. After a pause nothing more is sent, but
 * requests in progress finish: a file in one piece may be done after all.
 */
export function transferFile(
  source: FileToSend,
  ports: TransferPorts,
  listener: TransferListener,
  signal: AbortSignal,
  pause: AbortSignal = NEVER,
): Promise<FileRecord> {
  return new FileTransfer(source, ports, listener, signal, pause).run();
}

const NEVER = new AbortController().signal;

class FileTransfer {
  readonly #source: FileToSend;
  readonly #ports: TransferPorts;
  readonly #listener: TransferListener;
  /** Cancels everything, also requests in progress. */
  readonly #signal: AbortSignal;
  readonly #pause: AbortSignal;
  /** Cancels what can be stopped without loss. */
  readonly #idle: AbortSignal;
  readonly #place: Place;
  #tries = SHORT_TRIES;

  constructor(source: FileToSend, ports: TransferPorts, listener: TransferListener, signal: AbortSignal, pause: AbortSignal) {
    this.#source = source;
    this.#ports = ports;
    this.#listener = listener;
    this.#signal = signal;
    this.#pause = pause;
    this.#idle = AbortSignal.any([signal, pause]);
    this.#place = ports.joinLine(source.file.size);
  }

  async run(): Promise<FileRecord> {
    this.#listener.onStage("preparing");
    try {
      return (await this.#resume()) ?? (await this.#begin());
    } finally {
      this.#place.leave();
    }
  }

  /** Continue an earlier try. Null if there is none that can continue. */
  async #resume(): Promise<FileRecord | null> {
    const upload = await this.#findEarlier();
    if (upload === null) return null;
    this.#listener.onStarted(upload.upload_id);
    const plan = planOf(upload);
    return plan ? this.#continueParts(upload.upload_id, plan) : this.#continuePut(upload.upload_id);
  }

  async #findEarlier(): Promise<UploadRecord | null> {
    const { file, fingerprint } = this.#source;
    const find = async () => (fingerprint === null ? null : this.#ports.findEarlier(file, fingerprint, this.#idle));
    const upload_id = this.#source.upload_id ?? (await this.#withRetries(find));
    if (upload_id === null) return null;
    const upload = await this.#getUpload(upload_id).catch(nullUnlessRetryable);
    return upload && canContinue(upload) ? upload : null;
  }

  async #begin(): Promise<FileRecord> {
    const { file, filename, content_type, details, fingerprint, cover_of } = this.#source;
    const checksum = await this.#ports.checksum(file, this.#idle);
    const part_checksum_algorithm = "crc32c" as const;
    const declared = { filename, content_type, size_bytes: file.size, checksum, fingerprint, part_checksum_algorithm };
    const started = await this.#withRetries(() => this.#start({ ...declared, ...details, ...(cover_of && { cover_of }) }));
    this.#listener.onStarted(started.upload_id);
    const { upload_id, transfer, server_time } = started;
    if (transfer.kind !== "multipart") return this.#putAndConfirm(upload_id, { transfer, server_time });
    return this.#sendPartsAndConfirm(upload_id, { ...transfer, stored_parts: [] });
  }

  /** A start that is cancelled is awaited all the same: nobody would continue its upload, so it is aborted. */
  async #start(body: UploadStart): Promise<StartedUpload> {
    const starting = this.#ports.start(body);
    try {
      return await unlessAborted(starting, this.#idle);
    } catch (error) {
      // Best effort: the service sweeps the rest when it expires.
      if (isAbort(error)) starting.then(({ upload_id }) => this.#ports.abort(upload_id)).catch(() => undefined);
      throw error;
    }
  }

  /** Confirm first: perhaps only its response was lost. */
  async #continuePut(upload_id: string): Promise<FileRecord | null> {
    try {
      return await this.#confirm(upload_id);
    } catch (error) {
      if (!isApiError(error, "object_missing")) return nullUnlessRetryable(error);
    }
    const signed = await this.#renewTransfer(upload_id).catch(nullUnlessRetryable);
    return signed && this.#putAndConfirm(upload_id, signed);
  }

  #continueParts(upload_id: string, plan: PartPlan): Promise<FileRecord> {
    const stored = storedBytes(this.#source.file.size, plan);
    if (stored > 0) this.#listener.onContinued(stored);
    return this.#sendPartsAndConfirm(upload_id, plan);
  }

  async #putAndConfirm(upload_id: string, first: SignedPut): Promise<FileRecord> {
    let signed = first;
    for (let round = 1; ; round += 1) {
      await this.#put(upload_id, signed);
      try {
        return await this.#confirm(upload_id);
      } catch (error) {
        if (!isApiError(error, "object_missing") || round === MAX_ROUNDS) throw error;
      }
      signed = await this.#renewTransfer(upload_id);
    }
  }

  async #sendPartsAndConfirm(upload_id: string, first: PartPlan): Promise<FileRecord> {
    this.#tries = LONG_TRIES;
    let plan: PartPlan | null = first;
    for (let round = 1; ; round += 1) {
      const now = plan;
      if (now) await this.#inTurn(() => this.#sendParts(upload_id, now));
      try {
        return await this.#confirm(upload_id);
      } catch (error) {
        if (!isApiError(error, "parts_missing", "part_mismatch") || round === MAX_ROUNDS) throw error;
      }
      plan = planOf(await this.#getUpload(upload_id));
    }
  }

  /** If the store has dropped the upload, confirm finds out whether it is complete or needs its parts again. */
  async #sendParts(upload_id: string, plan: PartPlan): Promise<void> {
    try {
      await sendParts({ upload_id, file: this.#source.file, plan }, this.#ports, this.#listener, this.#signal, this.#pause);
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== "gone") throw error;
    }
  }

  #put(upload_id: string, { transfer, server_time }: SignedPut): Promise<void> {
    const renew = async () => (await this.#renewTransfer(upload_id)).transfer;
    const expires_at = this.#ports.now() + Date.parse(transfer.expires_at) - Date.parse(server_time) - MARGIN_MS;
    const job = { file: this.#source.file, renew, retries: this.#retries(), signal: this.#signal, idle: this.#idle };
    return this.#inTurn(async () => {
      // A store may read all of a file before it refuses an expired URL.
      const valid = this.#ports.now() > expires_at ? await renew() : transfer;
      await sendPut({ ...job, transfer: valid }, this.#ports, this.#listener);
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#place.run(task, this.#idle, () => this.#listener.onStage("queued"));
  }

  #confirm(upload_id: string): Promise<FileRecord> {
    this.#listener.onStage("confirming");
    return this.#withRetries(() => this.#ports.confirm(upload_id, this.#source.details, this.#signal));
  }

  #renewTransfer(upload_id: string): Promise<SignedPut> {
    return this.#withRetries(() => this.#ports.renewTransfer(upload_id, this.#idle));
  }

  #getUpload(upload_id: string): Promise<UploadRecord> {
    return this.#withRetries(() => this.#ports.getUpload(upload_id, this.#idle));
  }

  #withRetries<T>(call: () => Promise<T>): Promise<T> {
    return withRetries(call, this.#retries());
  }

  #retries(): RetryPolicy {
    return new RetryPolicy(this.#ports, this.#idle, this.#tries, (cause) => this.#listener.onWaiting(cause));
  }
}

/** Uploads with digests that this page cannot compute are left to the client that started them. */
function canContinue({ status, part_checksum_algorithm }: UploadRecord): boolean {
  return (status === "pending" || status === "ready") && part_checksum_algorithm !== "sha256";
}

function isApiError(error: unknown, ...codes: ErrorCode[]): boolean {
  return error instanceof ApiError && codes.some((code) => code === error.code);
}

/** Returns null if a new upload should start. Throws errors that a later try may fix, so that nothing is sent twice. */
function nullUnlessRetryable(error: unknown): null {
  if (isAbort(error) || !(error instanceof ApiError) || error.retryable || error.status === 401) throw error;
  return null;
}
