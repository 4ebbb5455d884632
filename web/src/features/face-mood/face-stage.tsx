/** Shows the camera while it looks, then the drawing of the mood. */
import type { RefCallback } from "react";
import { moodName, moodShape, type Mood } from "../../lib/moods";
import { Icon } from "../../ui/icon";
import { Shape } from "../../ui/shape";
import { useFaceWords } from "./face-words";
import type { FaceState } from "./use-face-reading";

export interface FaceStageProps {
  state: FaceState;
  /** The suggested or picked mood. */
  mood: Mood | null;
  videoRef: RefCallback<HTMLVideoElement>;
}

export function FaceStage({ state, mood, videoRef }: FaceStageProps) {
  const texts = useFaceWords();
  const looking = state.step === "looking";
  return (
    <div className="face-stage">
      <video ref={videoRef} hidden={!looking} muted playsInline aria-hidden="true" />
      {looking ? (
        <>
          <span className="face-oval" data-reading={state.progress > 0 || undefined} />
          <progress className="face-progress" aria-label={texts.progress} value={state.progress} />
        </>
      ) : (
        <StillStage mood={mood} />
      )}
    </div>
  );
}

function StillStage({ mood }: Pick<FaceStageProps, "mood">) {
  if (mood === null) return <Icon name="face" size={56} />;
  return (
    <div className="face-mood-read">
      <Shape name={moodShape(mood)} size={88} />
      <span>{moodName(mood)}</span>
    </div>
  );
}
