/** Uploads one file, without a queue, from a browser or from Node. */
import { createClient } from "./api/create-client.js";
import type { FileDetails, FileRecord } from "./api/types.js";
import { uploadCalls } from "./api/upload-calls.js";
import { contentTypeOf } from "./metadata/content-type.js";
import { fingerprintOf } from "./metadata/fingerprint.js";
import { percentOf } from "./queue/upload-progress.js";
import { browserPorts } from "./transfer/browser-ports.js";
import { DEFAULT_OPTIONS } from "./transfer/options.js";
import type { SendCoverOptions } from "./transfer/send-cover.js";
import { transferCover } from "./transfer/transfer-cover.js";
import { transferFile } from "./transfer/transfer-file.js";
import { NO_LISTENER, type Stage, type TransferListener } from "./transfer/transfer-listener.js";
import type { FileToSend } from "./transfer/transfer-ports.js";

/** How far one file is. */
export interface FileProgress {
  /** `waiting`: for the network, or for another try. */
  status: Stage | "waiting" | "done";
  sent_bytes: number;
  size_bytes: number;
  /** Whole percent. 100 means that the service has recorded the file. */
  percent: number;
}

export interface UploadFileOptions extends SendCoverOptions {
  /** The name of the file. Unset: that of the `File`. A `Blob` without one is called "file". */
  filename?: string;
  /** One of the service's moods. */
  mood?: string;
  /** Title, tags and other metadata. */
  details?: FileDetails;
  /** A picture, sent after the file as its cover. */
  cover?: Blob;
  onProgress?: (progress: FileProgress) => void;
}

/**
 * Upload one file, with a checksum, retries and fresh URLs like any other. Resolves with its record. Rejects with ApiError,
 * StoreError, or AbortError if `signal` is aborted. A large `File` continues an earlier try: the store keeps its parts.
 */
export async function uploadFile(file: File | Blob, options: UploadFileOptions = {}): Promise<FileRecord> {
  const { cover, signal = new AbortController().signal } = options;
  signal.throwIfAborted();
  const transferOptions = { ...DEFAULT_OPTIONS, ...options.transferOptions };
  const ports = browserPorts(uploadCalls(options.client ?? createClient(options)), transferOptions);
  const progress = createReporter(file.size, options.onProgress);
  const source = toSend(file, options, transferOptions.continue_min_bytes);
  const record = await transferFile(source, ports, progress.listener, signal);
  const complete = cover ? await transferCover(record.file_id, cover, ports, signal) : record;
  progress.done();
  return complete;
}

function toSend(file: File | Blob, { filename, mood, details = {} }: UploadFileOptions, continue_min_bytes: number): FileToSend {
  const named = "name" in file ? file : null;
  const name = filename ?? named?.name ?? "file";
  return {
    file,
    filename: name,
    content_type: contentTypeOf({ name, type: file.type }),
    details: { ...details, ...(mood !== undefined && { mood }) },
    fingerprint: named && file.size >= continue_min_bytes ? fingerprintOf(named) : null,
    upload_id: null,
  };
}

function createReporter(size_bytes: number, onProgress: UploadFileOptions["onProgress"]) {
  let status: FileProgress["status"] = "preparing";
  let sent_bytes = 0;
  const report = (percent: number) => onProgress?.({ status, sent_bytes, size_bytes, percent });
  const moved = () => report(status === "confirming" ? 99 : percentOf(sent_bytes, size_bytes));
  const listener: TransferListener = {
    ...NO_LISTENER,
    onStage: (stage) => {
      status = stage;
      moved();
    },
    onWaiting: () => {
      status = "waiting";
      moved();
    },
    onSent: (bytes) => {
      sent_bytes = bytes;
      moved();
    },
  };
  return {
    listener,
    done: () => {
      [status, sent_bytes] = ["done", size_bytes];
      report(100);
    },
  };
}
