/** What a transfer takes: the file, and everything from outside that it needs. */
import type {
  Checksum,
  FileDetails,
  FileRecord,
  PutTransfer,
  StartedUpload,
  UploadRecord,
  UploadStart,
} from "../api/types.js";
import type { Place } from "./sending-line.js";
import type { PartsPorts } from "./send-parts.js";

export interface FileToSend {
  file: Blob;
  filename: string;
  content_type: string;
  details: FileDetails;
  /** Finds an earlier try, by this page or another. */
  fingerprint: string | null;
  /** Set if this is the cover of that file. */
  cover_of?: string;
  /** The upload of an earlier try. */
  upload_id: string | null;
}

/** A presigned PUT, and what the service's clock said when it was signed. */
export interface SignedPut {
  transfer: PutTransfer;
  server_time: string;
}

/** Everything that a transfer needs from outside. */
export interface TransferPorts extends PartsPorts {
  /** The checksum of the whole file; null if it is so large that its parts have them instead. */
  checksum(file: Blob, signal: AbortSignal): Promise<Checksum | null>;
  start(body: UploadStart): Promise<StartedUpload>;
  abort(upload_id: string): Promise<void>;
  /** The id of a pending upload of this file, by this page or another; null if there is none. */
  findEarlier(file: Blob, fingerprint: string, signal: AbortSignal): Promise<string | null>;
  getUpload(upload_id: string, signal: AbortSignal): Promise<UploadRecord>;
  renewTransfer(upload_id: string, signal: AbortSignal): Promise<SignedPut>;
  /** Take a place among the files that wait to be sent. */
  joinLine(size_bytes: number): Place;
  confirm(upload_id: string, details: FileDetails, signal: AbortSignal): Promise<FileRecord>;
}
