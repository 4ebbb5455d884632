/** All that there is to see of uploading: the panel while songs are chosen, the tray while they move. */
import { summarise, type Draft, type UploadError } from "@moodrop/uploads";
import { useMoodropUploads, type MoodropUploadsHook } from "@moodrop/uploads/react";
import { useEffect, useEffectEvent, useState } from "react";
import { announce } from "../../lib/announce";
import { client } from "../../lib/http";
import type { Mood, MoodFilter } from "../../lib/moods";
import type { FileRecord, Limits } from "../../lib/types";
import { words } from "../../lib/words";
import { Boundary } from "../../ui/boundary";
import { AddPanel } from "./add-panel";
import { failureInWords, lostCoverInWords } from "./failure-words";
import { countOf, leftOutInWords, type LeftOut, type OnFiles } from "./left-out";
import { limitsInWords, refusalInWords } from "./limits-words";
import { nameOf } from "./name-of";
import { readTags } from "./read-tags";
import { UploadTray, type TrayActions } from "./upload-tray";
import { useClearWhenDone, useLeaveWarning } from "./use-uploads";

export interface UploadsProps {
  owner: string;
  limits: Limits;
  /** The mood that the library shows: the likely one for new songs too. */
  shownMood: MoodFilter;
  /** Files that wait to be taken in, wherever on the page they were chosen. */
  chosen: readonly File[];
  onTaken: () => void;
  /** Of all that was chosen since the panel was last closed. */
  leftOut: LeftOut;
  /** Chosen in the panel: they come back as `chosen`. */
  onFiles: OnFiles;
  /** The panel is wanted, also without a file. */
  asked: boolean;
  onAnswered: () => void;
  onDone: (file: FileRecord) => void;
}

export function Uploads({ owner, limits, shownMood, chosen, onTaken, leftOut, onFiles, asked, onAnswered, onDone }: UploadsProps) {
  const queue = useMoodropUploads({ client, owner, limits, describe, ...announced(onDone) });
  const { drafts, refused, uploads, unfinished } = queue;
  const [chosenMood, setChosenMood] = useState<Mood | null>(null);
  const mood = chosenMood ?? shownMood ?? quietMood(limits.moods);
  const { active, done, failed } = summarise(uploads);

  useLeaveWarning(active > 0);
  useClearWhenDone(queue.removeDone, done > 0 && active + failed === 0);

  const take = useEffectEvent((files: readonly File[]) => {
    queue.add(files, { mood });
    onTaken();
  });
  useEffect(() => {
    if (chosen.length > 0) take(chosen);
  }, [chosen]);

  const choose = (next: Mood) => {
    setChosenMood(next);
    queue.editAll({ mood: next });
  };
  const close = () => {
    setChosenMood(null);
    onAnswered();
  };
  const start = () => {
    announce(words.uploads.announceStart(drafts.length));
    queue.start();
    close();
  };
  const cancel = () => {
    queue.discardDrafts();
    close();
  };

  // What is drawn may break: the queue lives in this component, and goes on.
  return (
    <>
      <Boundary onClose={cancel}>
        {(asked || drafts.length + refused.length + countOf(leftOut) > 0) && (
          <AddPanel
            drafts={drafts}
            refused={[...leftOutInWords(leftOut), ...refused.map((one) => refusalInWords(one, limits))]}
            refusedCount={refused.length + countOf(leftOut)}
            moods={limits.moods}
            mood={mood}
            limits={limitsInWords(limits)}
            accept={limits.allowed_content_types}
            onMood={choose}
            onEdit={queue.edit}
            onLeaveOut={queue.remove}
            onFiles={onFiles}
            onCancel={cancel}
            onStart={start}
          />
        )}
      </Boundary>
      <Boundary>
        <UploadTray
          uploads={uploads}
          unfinished={unfinished}
          accept={limits.allowed_content_types}
          actions={trayActions(queue)}
        />
      </Boundary>
    </>
  );
}

const describe = ({ file, content_type, filename }: Draft) => readTags(file, content_type, filename);

/** What ends or goes on by itself is said aloud. */
function announced(onDone: (file: FileRecord) => void) {
  return {
    onDone(file: FileRecord) {
      announce(words.uploads.announceDone(file.title ?? file.filename));
      onDone(file);
    },
    onContinued(upload: Draft, percent: number) {
      announce(words.uploads.continued(nameOf(upload), percent), { shown: true });
    },
    onCoverFailed(upload: Draft, error: UploadError) {
      const { detail, hint } = lostCoverInWords(nameOf(upload), error);
      announce(`${detail} ${hint}`);
    },
    onFailed(upload: Draft, error: UploadError) {
      announce(words.uploads.announceFailed(nameOf(upload), failureInWords(error).detail));
    },
  };
}

/** The queue's verbs, said aloud where the page alone would not tell. */
function trayActions(queue: MoodropUploadsHook): TrayActions {
  return {
    pause(upload) {
      queue.pause(upload.local_id);
      announce(words.uploads.announcePaused(nameOf(upload)));
    },
    resume(upload) {
      queue.resume(upload.local_id);
      announce(words.uploads.announceResumed(nameOf(upload)));
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
    retryAll: queue.retryAll,
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
