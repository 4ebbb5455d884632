/** All that there is to see of uploading: the panel while songs are chosen, the tray while they move. */
import { useState } from "react";
import { announce } from "../../lib/announce";
import type { Mood, MoodFilter } from "../../lib/moods";
import type { Limits } from "../../lib/types";
import { words } from "../../lib/words";
import { AddPanel } from "./add-panel";
import { limitsInWords } from "./restrictions";
import type { UploadQueue } from "./upload-queue";
import { summarise } from "./upload-state";
import { UploadTray, type TrayActions } from "./upload-tray";
import { useClearWhenDone, useLeaveWarning, useUploads } from "./use-uploads";

export interface UploadsProps {
  queue: UploadQueue;
  limits: Limits;
  /** The mood that the library shows: the likely one for new songs too. */
  shownMood: MoodFilter;
}

export function Uploads({ queue, limits, shownMood }: UploadsProps) {
  const { drafts, refused, uploads, unfinished } = useUploads(queue);
  const [chosenMood, setChosenMood] = useState<Mood | null>(null);
  const mood = chosenMood ?? shownMood ?? quietMood(limits.moods);
  const { active, done, failed } = summarise(uploads);

  useLeaveWarning(active > 0);
  useClearWhenDone(queue, done > 0 && active + failed === 0);

  const start = () => {
    announce(words.uploads.announceStart(drafts.length));
    queue.start(mood);
    setChosenMood(null);
  };
  const cancel = () => {
    queue.discardDrafts();
    setChosenMood(null);
  };

  return (
    <>
      {drafts.length + refused.length > 0 && (
        <AddPanel
          drafts={drafts}
          refused={refused}
          moods={limits.moods}
          mood={mood}
          limits={limitsInWords(limits)}
          accept={limits.allowed_content_types}
          onMood={setChosenMood}
          onEdit={queue.edit}
          onLeaveOut={queue.remove}
          onFiles={queue.add}
          onCancel={cancel}
          onStart={start}
        />
      )}
      <UploadTray
        uploads={uploads}
        unfinished={unfinished}
        accept={limits.allowed_content_types}
        actions={trayActions(queue)}
      />
    </>
  );
}

/** The queue's verbs, said aloud where the page alone would not tell. */
function trayActions(queue: UploadQueue): TrayActions {
  return {
    pause({ local_id, name }) {
      queue.pause(local_id);
      announce(words.uploads.announcePaused(name));
    },
    resume({ local_id, name }) {
      queue.resume(local_id);
      announce(words.uploads.announceResumed(name));
    },
    remove: ({ local_id }) => queue.remove(local_id),
    pauseAll() {
      queue.pauseAll();
      announce(words.uploads.announceAllPaused);
    },
    resumeAll() {
      queue.resumeAll();
      announce(words.uploads.announceAllResumed);
    },
    cancelAll: queue.removeActive,
    clear: queue.removeSettled,
    continueWith: queue.continueWith,
    discard: ({ upload_id }) => queue.discard(upload_id),
  };
}

/** Nothing forces a choice: a song is neutral until someone says otherwise. */
function quietMood(moods: readonly Mood[]): Mood {
  return moods.includes("neutral") ? "neutral" : (moods[0] ?? "");
}
