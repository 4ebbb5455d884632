/** What a transfer reports while it runs. */
export type Stage = "preparing" | "queued" | "sending" | "confirming";

/** Notified of the progress of a transfer. */
export interface TransferListener {
  onStage(stage: Stage): void;
  /** The transfer waits because of `cause`; null: because the browser is offline. */
  onWaiting(cause: Error | null): void;
  onSent(bytes: number): void;
  onStarted(upload_id: string): void;
  /** An earlier try has already stored so many bytes. */
  onContinued(bytes: number): void;
}

/** Ignores everything; also the base of listeners that need only some calls. */
export const NO_LISTENER: TransferListener = {
  onStage: () => undefined,
  onWaiting: () => undefined,
  onSent: () => undefined,
  onStarted: () => undefined,
  onContinued: () => undefined,
};
