/** Sends one file, without a queue. */
import { createClient } from "../api/create-client.js";
import type { FileDetails, FileRecord } from "../api/types.js";
import { uploadCalls } from "../api/upload-calls.js";
import { browserPorts } from "./browser-ports.js";
import { DEFAULT_OPTIONS } from "./options.js";
import type { SendCoverOptions } from "./send-cover.js";
import { transferFile } from "./transfer-file.js";
import { NO_LISTENER } from "./transfer-listener.js";

export interface SendFileOptions extends SendCoverOptions {
  /** Title, tags and other metadata. */
  details?: FileDetails;
}

/**
 * Send one file, with a checksum, retries and fresh URLs like any other. Resolves with its record. Rejects with
 * ApiError, StoreError, or AbortError if `signal` is aborted.
 */
export function sendFile(file: File, options: SendFileOptions = {}): Promise<FileRecord> {
  const calls = uploadCalls(options.client ?? createClient(options));
  const ports = browserPorts(calls, { ...DEFAULT_OPTIONS, ...options.transferOptions });
  const declared = { filename: file.name, content_type: file.type, details: options.details ?? {}, fingerprint: null, upload_id: null };
  return transferFile({ ...declared, file }, ports, NO_LISTENER, options.signal ?? new AbortController().signal);
}
