/** The camera reads a face, a mood is suggested, the person decides, and songs of that mood play. */
import { useRef, useState } from "react";
import { moodHue, moodName, type Mood } from "../../lib/moods";
import type { MoodCount } from "../../lib/types";
import { words } from "../../lib/words";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { MoodPicker } from "../../ui/mood-picker";
import "./face-dialog.css";
import { FaceStage } from "./face-stage";
import { loadFaceWords, useFaceWords } from "./face-words";
import { useFaceReading, type FaceState } from "./use-face-reading";
import type { FaceWords } from "./words/en";

export interface FaceDialogProps {
  moods: readonly Mood[];
  /** Null until known. */
  counts: readonly MoodCount[] | null;
  onPlay: (mood: Mood) => void;
  /** Play a radio of the mood. */
  onRadio: (mood: Mood) => void;
  onClose: () => void;
}

/** The dialog, once its words are there. */
export async function loadDialog() {
  await loadFaceWords();
  return FaceDialog;
}

function FaceDialog({ moods, counts, onPlay, onRadio, onClose }: FaceDialogProps) {
  const texts = useFaceWords();
  const { state, videoRef, again } = useFaceReading(moods);
  const [picked, setPicked] = useState<Mood | null>(null);
  const status = useRef<HTMLOutputElement>(null);
  const mood = picked ?? (state.step === "verdict" ? state.verdict.mood : null);

  const readAgain = () => {
    setPicked(null);
    again();
    // The pressed button disappears.
    status.current?.focus();
  };
  const leaveTo = (start: (mood: Mood) => void) => (chosen: Mood) => {
    onClose();
    start(chosen);
  };

  return (
    <Dialog title={words.face.open} closeLabel={texts.close} aside={<p className="soft">{words.face.promise}</p>} onClose={onClose}>
      <div className="face-body" data-hue={moodHue(mood)}>
        <FaceStage state={state} mood={mood} videoRef={videoRef} />
        <output ref={status} tabIndex={-1} className="face-status">
          <StatusText state={state} />
        </output>
        {isOver(state) && <MoodPicker label={texts.pick} moods={moods} value={mood} onChange={setPicked} />}
      </div>
      {isOver(state) && (
        <footer className="face-foot">
          <PlayMood mood={mood} counts={counts} onPlay={leaveTo(onPlay)} onRadio={leaveTo(onRadio)} />
          <Button icon="retry" onClick={readAgain}>
            {texts.again}
          </Button>
        </footer>
      )}
    </Dialog>
  );
}

function isOver(state: FaceState): boolean {
  return state.step === "verdict" || state.step === "trouble";
}

function StatusText({ state }: { state: FaceState }) {
  const [first, then] = sentences(state, useFaceWords());
  return (
    <>
      <span className="face-status-text">{first}</span> <span className="soft">{then}</span>
    </>
  );
}

function sentences(state: FaceState, texts: FaceWords): [string, string] {
  switch (state.step) {
    case "loading":
      return [texts.loading, ""];
    case "asking":
      return [texts.asking, ""];
    case "looking":
      return [state.progress > 0 ? texts.hold : texts.looking, ""];
    case "verdict": {
      const { mood, sureness } = state.verdict;
      return [texts.verdicts[mood] ?? moodName(mood), `${texts.sureness[sureness]} ${texts.cameraOff}`];
    }
    case "trouble": {
      const { detail, hint } = texts.troubles[state.kind];
      return [detail, hint];
    }
  }
}

interface PlayMoodProps {
  /** Null while nothing is chosen. */
  mood: Mood | null;
  counts: readonly MoodCount[] | null;
  onPlay: (mood: Mood) => void;
  onRadio: (mood: Mood) => void;
}

function PlayMood({ mood, counts, onPlay, onRadio }: PlayMoodProps) {
  if (mood === null) return null;
  const name = moodName(mood);
  if (counts?.find((count) => count.mood === mood)?.files === 0) return <p className="face-none">{words.files.emptyMood(name)}</p>;
  return (
    <>
      <Button tone="primary" icon="play" onClick={() => onPlay(mood)}>
        {words.face.play(name)}
      </Button>
      <Button icon="radio" onClick={() => onRadio(mood)}>
        {words.files.radio}
      </Button>
    </>
  );
}
