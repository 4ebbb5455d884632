/** Sends a picture as the cover of a file that is already in the library. */
import { createClient, type ClientOptions, type MoodropClient } from "../api/create-client.js";
import type { FileRecord } from "../api/types.js";
import { uploadCalls } from "../api/upload-calls.js";
import { browserPorts } from "./browser-ports.js";
import { DEFAULT_OPTIONS, type TransferOptions } from "./options.js";
import { transferCover } from "./transfer-cover.js";

export interface SendCoverOptions extends ClientOptions {
  /** A client that the app already has. Unset: one is made from `baseUrl`, `token` and `headers`. */
  client?: MoodropClient;
  transferOptions?: Partial<TransferOptions>;
  /** Cancels the transfer. */
  signal?: AbortSignal;
}

/**
 * Send a picture as the cover of a file, with a checksum, retries and fresh URLs like any other file. Resolves with the
 * file's record. Rejects with ApiError, StoreError, or AbortError if `signal` is aborted.
 */
export function sendCover(file_id: string, cover: Blob, options: SendCoverOptions = {}): Promise<FileRecord> {
  const calls = uploadCalls(options.client ?? createClient(options));
  const ports = browserPorts(calls, { ...DEFAULT_OPTIONS, ...options.transferOptions });
  return transferCover(file_id, cover, ports, options.signal ?? new AbortController().signal);
}
