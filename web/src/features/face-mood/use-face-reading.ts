/** React state for reading a face, once or again. */
import { useCallback, useRef, useState, type RefCallback } from "react";
import type { Mood } from "../../lib/moods";
import { troubleOf, type FaceTroubleKind } from "./face-trouble";
import { readFace, type ReadingStep } from "./read-face";
import type { Verdict } from "./verdict";

export type FaceState =
  | ReadingStep
  | { step: "verdict"; verdict: Verdict }
  | { step: "trouble"; kind: FaceTroubleKind };

export interface FaceReading {
  state: FaceState;
  /** For the <video> that shows the camera: reading starts when it is drawn, and the camera goes off with it. */
  videoRef: RefCallback<HTMLVideoElement>;
  /** Read the face once more. */
  again: () => void;
}

export function useFaceReading(moods: readonly Mood[]): FaceReading {
  const [state, setState] = useState<FaceState>({ step: "loading" });
  const begin = useRef(() => {});

  const videoRef = useCallback(
    (video: HTMLVideoElement) => {
      let leaving = new AbortController();
      begin.current = () => {
        leaving.abort();
        leaving = new AbortController();
        read(video, moods, leaving.signal, setState);
      };
      begin.current();
      return () => leaving.abort();
    },
    [moods],
  );

  return { state, videoRef, again: useCallback(() => begin.current(), []) };
}

function read(
  video: HTMLVideoElement,
  moods: readonly Mood[],
  left: AbortSignal,
  setState: (state: FaceState) => void,
): void {
  const report = (state: FaceState) => {
    if (!left.aborted) setState(state);
  };
  readFace({ video, moods, left, report }).then(
    (verdict) => report({ step: "verdict", verdict }),
    (error: unknown) => report({ step: "trouble", kind: troubleOf(error) }),
  );
}
