/**
 * The cover of a file: an upload of its own, sent once its file is there. It is small, so nothing reports its progress, and
 * it waits for no other file: in line it would come after large ones that are under way.
 */
import type { FileRecord } from "../api/types.js";
import { transferFile } from "./transfer-file.js";
import { NO_LISTENER } from "./transfer-listener.js";
import type { Place } from "./sending-line.js";
import type { FileToSend, TransferPorts } from "./transfer-ports.js";

const AT_ONCE: Place = { run: (task) => task(), leave: () => undefined };

/** Resolves with the record of the file, which then names its cover. Rejects as `transferFile` does. */
export function transferCover(
  file_id: string,
  cover: Blob,
  ports: TransferPorts,
  signal: AbortSignal,
): Promise<FileRecord> {
  const declared = { filename: "cover", content_type: cover.type, details: {}, fingerprint: null, upload_id: null };
  const file: FileToSend = { ...declared, file: cover, cover_of: file_id };
  return transferFile(file, { ...ports, joinLine: () => AT_ONCE }, NO_LISTENER, signal);
}
