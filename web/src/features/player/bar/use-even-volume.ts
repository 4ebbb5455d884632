/** Makes loud songs and films quieter, by their measured loudness, so that all are about equally loud. */
import { useEffect, useState } from "react";
import type { FileRecord } from "../../../lib/types";
import { readPreferences, savePreferences } from "../preferences";
import { currentMedia } from "../sound/current-media";
import { gainOf } from "./gain";

export interface EvenVolume {
  on: boolean;
  set: (on: boolean) => void;
  /** By which to multiply the volume: above 0, at most 1. */
  gain: number;
  /** Whether the service measures loudness at all. */
  isKnown: boolean;
}

export function useEvenVolume({ file_id, media_state }: FileRecord): EvenVolume {
  const [on, setOn] = useState(() => readPreferences().even);
  const [measured, setMeasured] = useState<{ file_id: string; lufs: number | null } | null>(null);
  const isKnown = media_state !== null;

  useEffect(() => {
    if (!isKnown) return undefined;
    let current = true;
    currentMedia(file_id).then(
      ({ loudness_lufs }) => current && setMeasured({ file_id, lufs: loudness_lufs }),
      // Then it is as loud as it is.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [file_id, isKnown]);

  return {
    on,
    isKnown,
    gain: on && measured?.file_id === file_id ? gainOf(measured.lufs) : 1,
    set(next) {
      savePreferences({ even: next });
      setOn(next);
    },
  };
}
