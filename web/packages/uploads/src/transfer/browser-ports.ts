/** What a transfer needs of the world, as the browser has it. */
import type { UploadCalls } from "../api/upload-calls.js";
import { checksum } from "./checksum.js";
import { createPool } from "./pool.js";
import { putFile } from "./put-file.js";
import { StoreError } from "./store-error.js";
import type { TransferPorts } from "./transfer-file.js";
import type { Tuning } from "./options.js";
import { namedMoreClosely } from "./diagnose.js";
import { sleep, untilOnline } from "../wait.js";

export function browserPorts(calls: UploadCalls, tuning: Tuning): TransferPorts {
  return {
    ...calls,
    async findEarlier(file, fingerprint, signal) {
      if (file.size < tuning.continue_min_bytes) return null;
      const [newest] = await calls.listPending(signal, fingerprint);
      return newest?.upload_id ?? null;
    },
    digest: checksum,
    async checksum(file, signal) {
      if (file.size > tuning.checksum_max_bytes) return null;
      return { algorithm: "crc32c", value_base64: await checksum(file, signal) };
    },
    async put(request, piece, options) {
      try {
        await putFile(request, piece, { ...options, stallAfterMs: tuning.stall_after_ms });
      } catch (error) {
        throw error instanceof StoreError ? await namedMoreClosely(error, request.url, calls) : error;
      }
    },
    inTurn: createPool(tuning.simultaneous_requests),
    isOnline: () => navigator.onLine,
    untilOnline,
    sleep,
    now: () => performance.now(),
  };
}
