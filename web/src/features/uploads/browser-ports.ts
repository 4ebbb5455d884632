/** What a transfer needs of the world, as the browser has it. */
import { config } from "../../config";
import { sleep, untilOnline } from "../../lib/wait";
import { confirmUpload, freshTransfer, listPending, lookAtUpload, signParts, startUpload } from "./api";
import { sha256 } from "./checksum";
import { createPool } from "./pool";
import { putFile } from "./put-file";
import type { TransferPorts } from "./transfer";
import type { UnfinishedPorts } from "./unfinished";

export const browserPorts: TransferPorts & UnfinishedPorts = {
  start: startUpload,
  look: lookAtUpload,
  listPending,
  async findEarlier(file, fingerprint, signal) {
    if (file.size < config.continueMinBytes) return null;
    const [newest] = await listPending(signal, fingerprint);
    return newest?.upload_id ?? null;
  },
  freshTransfer,
  signParts,
  confirm: confirmUpload,
  digest: sha256,
  async checksum(file, signal) {
    if (file.size > config.checksumMaxBytes) return null;
    return { algorithm: "sha256", value_base64: await sha256(file, signal) };
  },
  put: (request, piece, options) => putFile(request, piece, { ...options, stallAfterMs: config.stallAfterMs }),
  inTurn: createPool(config.simultaneousRequests),
  isOnline: () => navigator.onLine,
  untilOnline,
  sleep,
  now: () => performance.now(),
};
