/** All that there is to see of uploading: the panel while songs are chosen, the tray while they move. */
import { summarise, type Draft, type Refusal, type UploadError } from "@moodrop/uploads";
import { useMoodropUploads, type MoodropUploadsHook } from "@moodrop/uploads/react";
import { useEffect, useEffectEvent, useState } from "react";
import { announce } from "../../lib/announce";
import { client } from "../../lib/http";
import type { Mood, MoodFilter } from "../../lib/moods";
import type { FileRecord, Limits } from "../../lib/types";
import { useAfter, useLeaveWarning } from "../../lib/use-browser";
import { words } from "../../lib/words";
import { Boundary } from "../../ui/boundary";
import { AddPanel } from "./drafts/add-panel";
import { failureInWords, lostCoverInWords } from "../../lib/failure-words";
import { countOf, leftOutInWords, type LeftOut, type OnFiles } from "./choose/left-out";
import { limitsInWords, refusalInWords } from "./limits-words";
import { DraftsLine } from "./drafts/drafts-line";
import { nameOf } from "./name-of";
import { readTags } from "./read/read-tags";
import { UploadTray, type TrayActions } from "./tray/upload-tray";

const DONE_SHOWN_MS = 4000;

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
  const queue = useMoodropUploads({ client, owner, limits, describe, findKnown: true, ...announcing(onDone) });
  const { drafts, known, refused, uploads, unfinished } = queue;
  const [chosenMood, setChosenMood] = useState<Mood | null>(null);
  const [aside, setAside] = useState<Aside | null>(null);
  const mood = chosenMood ?? shownMood ?? quietMood(limits.moods);
  const { active, done, failed } = summarise(uploads);
  // Each choice has its own refusals, even if there are none: a new one opens the panel again.
  const isAside = aside?.refused === refused;
  const discarded = isAside && aside.discarded;
  const open = asked || countOf(leftOut) > 0 || (!isAside && drafts.length + refused.length > 0);

  useLeaveWarning(active > 0 || (drafts.length > 0 && !discarded));
  // The tray has said what it had to say.
  useAfter(DONE_SHOWN_MS, done > 0 && active + failed === 0, queue.removeDone);

  const take = useEffectEvent((files: readonly File[]) => {
    if (discarded) queue.discardDrafts();
    queue.add(files, { mood });
    onTaken();
  });
  useEffect(() => {
    if (chosen.length > 0) take(chosen);
  }, [chosen]);
  // Who asks for the panel has done with what was discarded.
  const begin = useEffectEvent(() => {
    if (discarded) queue.discardDrafts();
  });
  useEffect(() => {
    if (asked) begin();
  }, [asked]);

  const choose = (next: Mood) => {
    setChosenMood(next);
    queue.editAll({ mood: next });
  };
  const start = () => {
    announce(words.uploads.announceStart(drafts.length));
    queue.start();
    setChosenMood(null);
    onAnswered();
  };
  /** What was chosen stays, and so does what was said about it. */
  const close = () => {
    setAside({ refused, discarded: false });
    onAnswered();
    if (drafts.length > 0) announce(words.add.notUploaded(drafts.length));
  };
  const discard = () => {
    setAside({ refused, discarded: true });
    onAnswered();
    if (drafts.length > 0) announce(words.add.discarded(drafts.length));
  };
  const discardForGood = () => {
    queue.discardDrafts();
    setChosenMood(null);
  };

  // What is drawn may break: the queue lives in this component, and goes on.
  return (
    <>
      {open && (
        <Boundary onClose={close}>
          <AddPanel
            drafts={drafts}
            known={known}
            refused={[...leftOutInWords(leftOut), ...refused.map((one) => refusalInWords(one, limits))]}
            refusedCount={refused.length + countOf(leftOut)}
            moods={limits.moods}
            mood={mood}
            limits={limitsInWords(limits)}
            accept={limits.allowed_content_types}
            onMood={choose}
            onEdit={queue.edit}
            onLeaveOut={queue.remove}
            onSkipKnown={queue.removeKnown}
            onKeepKnown={queue.keepKnown}
            onFiles={onFiles}
            onClose={close}
            onCancel={discard}
            onStart={start}
          />
        </Boundary>
      )}
      <Boundary>
        {!open && drafts.length > 0 && (
          <DraftsLine
            count={drafts.length}
            discarded={discarded}
            onContinue={() => setAside(null)}
            onDiscard={discard}
            onEnd={discardForGood}
          />
        )}
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

/** The panel was closed over what was chosen. `discarded`: it is gone for the eye, and can be brought back for a while. */
interface Aside {
  refused: readonly Refusal[];
  discarded: boolean;
}

const describe = ({ file, content_type, filename }: Draft) => readTags(file, content_type, filename);

/** What ends or goes on by itself is said aloud. */
function announcing(onDone: (file: FileRecord) => void) {
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
