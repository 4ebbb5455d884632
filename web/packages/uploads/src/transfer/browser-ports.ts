/** The ports of a transfer, made from the functions of a browser or of Node. */
import type { UploadCalls } from "../api/upload-calls.js";
import { checksum } from "./checksum.js";
import { createPool } from "./pool.js";
import { LineSpeed } from "./line-speed.js";
import { putFile } from "./put-file.js";
import { createSendingLine } from "./sending-line.js";
import { StoreError } from "./store-error.js";
import type { EditPorts } from "./save-edits.js";
import type { TransferPorts } from "./transfer-ports.js";
import type { TransferOptions } from "./options.js";
import { diagnose } from "./diagnose.js";
import { isOnline, sleep, untilOnline } from "../wait.js";

const now = () => performance.now();

export function browserPorts(calls: UploadCalls, options: TransferOptions): TransferPorts & EditPorts {
  const speed = new LineSpeed(options.slow_bytes_per_second, now, () => line.refill());
  const line = createSendingLine({ simultaneous: options.simultaneous_uploads, isSlow: () => speed.isSlow });
  return {
    ...calls,
    async findEarlier(file, fingerprint, signal) {
      if (file.size < options.continue_min_bytes) return null;
      const [newest] = await calls.listPending(signal, fingerprint);
      return newest?.upload_id ?? null;
    },
    digest: checksum,
    async checksum(file, signal) {
      if (file.size > options.checksum_max_bytes) return null;
      return { algorithm: "crc32c", value_base64: await checksum(file, signal) };
    },
    async put(request, piece, { signal, onSent }) {
      const measured = speed.begin(piece.size);
      const report = (bytes: number) => {
        measured.sent(bytes);
        onSent(bytes);
      };
      try {
        await putFile(request, piece, { signal, onSent: report, stallAfterMs: options.stall_after_ms });
        measured.end(true);
      } catch (error) {
        measured.end(false);
        throw error instanceof StoreError ? await diagnose(error, request.url, calls) : error;
      }
    },
    runInPool: createPool(options.simultaneous_requests),
    isOnline,
    untilOnline,
    sleep,
    joinLine: (size_bytes) => line.join(size_bytes),
    now,
  };
}
