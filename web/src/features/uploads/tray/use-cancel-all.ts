/** "Cancel all" with a way back: the uploads rest out of sight, and are removed only when the time to undo is over. */
import type { MoodropUploads, Upload } from "@moodrop/uploads";
import { useState } from "react";
import { announce } from "../../../lib/announce";
import { words } from "../../../lib/words";

const OVER: ReadonlySet<Upload["progress"]["status"]> = new Set(["done", "failed"]);

export interface CancelAll {
  /** The uploads that are not canceled. */
  uploads: readonly Upload[];
  /** How many are, and can still be brought back. */
  count: number;
  cancelAll: () => void;
  undo: () => void;
  end: () => void;
}

export function useCancelAll(queue: MoodropUploads, all: readonly Upload[]): CancelAll {
  const [canceled, setCanceled] = useState<readonly Upload[]>([]);
  const isCanceled = ({ local_id }: Upload) => canceled.some((one) => one.local_id === local_id);
  /** One that ended all the same is in the library, or says why not. */
  const resting = all.filter((one) => isCanceled(one) && !OVER.has(one.progress.status));

  return {
    uploads: all.filter((one) => !resting.includes(one)),
    count: resting.length,
    cancelAll() {
      const active = all.filter((one) => !OVER.has(one.progress.status));
      queue.pauseAll();
      setCanceled(active);
      announce(words.uploads.canceled(active.length));
    },
    /** What was paused before stays paused. */
    undo() {
      for (const { local_id, progress } of canceled) if (progress.status !== "paused") queue.resume(local_id);
      setCanceled([]);
      announce(words.removal.undone);
    },
    end() {
      for (const { local_id } of resting) queue.remove(local_id);
      setCanceled([]);
    },
  };
}
