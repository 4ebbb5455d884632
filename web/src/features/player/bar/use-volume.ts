/** The volume, stored in this browser. */
import { useEffect, useState } from "react";
import { readPreferences, savePreferences } from "../preferences";

export interface Volume {
  /** 0 to 1. */
  level: number;
  muted: boolean;
  set: (level: number) => void;
  toggleMuted: () => void;
}

/** The volume after unmuting a slider that was at zero. */
const AUDIBLE = 0.5;

/** `gain` evens out how loud the file itself is. */
export function useVolume(element: HTMLMediaElement | null, gain: number): Volume {
  const [{ volume, muted }, setState] = useState(readPreferences);
  const change = (to: { volume: number; muted: boolean }) => {
    savePreferences(to);
    setState((before) => ({ ...before, ...to }));
  };

  useEffect(() => {
    if (element) Object.assign(element, { volume: volume * gain, muted });
  }, [element, volume, gain, muted]);

  return {
    level: volume,
    muted: muted || volume === 0,
    set: (level) => change({ volume: level, muted: false }),
    toggleMuted() {
      if (volume === 0) change({ volume: AUDIBLE, muted: false });
      else change({ volume, muted: !muted });
    },
  };
}
