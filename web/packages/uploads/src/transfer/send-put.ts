/** Sends a file in one PUT, again and again until the store has it, with a fresh URL when one expires. */
import type { PutTransfer } from "../api/types.js";
import type { RetryPolicy } from "./retry-policy.js";
import type { PartsPorts } from "./send-parts.js";
import { StoreError } from "./store-error.js";
import type { TransferListener } from "./transfer-listener.js";

export interface PutJob {
  file: Blob;
  transfer: PutTransfer;
  /** Requests a fresh URL. */
  renew(): Promise<PutTransfer>;
  retries: RetryPolicy;
  /** Cancels the PUT in progress. */
  signal: AbortSignal;
  /** Cancels what can be stopped without loss. */
  idle: AbortSignal;
}

/** Fresh URLs requested in one try before a rejection by the store counts as final. */
const MAX_RENEWALS = 2;
/** Retrying does not help with these. */
const FINAL: ReadonlySet<StoreError["kind"]> = new Set(["refused", "unreadable", "gone"]);

/**
 * Resolves when the store has the bytes, from this PUT or from one that lost its response.
 * Rejects with StoreError, or as `renew` does, or with AbortError.
 */
export async function sendPut(
  job: PutJob,
  ports: Pick<PartsPorts, "put" | "runInPool">,
  listener: TransferListener,
): Promise<void> {
  let { transfer } = job;
  for (let renewals = 0; ; ) {
    try {
      return await ports.runInPool(() => putOnce(transfer), job.idle);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.kind === "already_there") return;
      // The bytes sent are lost: the next try begins with the first byte.
      listener.onSent(0);
      if (isFinal(error)) throw error;
      if (error.kind === "expired") {
        renewals += 1;
        if (renewals > MAX_RENEWALS) throw error;
        transfer = await job.renew();
      } else {
        await job.retries.wait(error);
      }
    }
  }

  function putOnce(request: PutTransfer): Promise<void> {
    listener.onStage("sending");
    listener.onSent(0);
    return ports.put(request, job.file, { signal: job.signal, onSent: (bytes) => listener.onSent(bytes) });
  }
}

/** A 413 is final; a blocked request without a status may have been the network. */
function isFinal({ kind, status }: StoreError): boolean {
  return FINAL.has(kind) || (kind === "blocked" && status > 0);
}
