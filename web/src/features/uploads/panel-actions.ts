/** The panel where chosen files wait for their start: when it is open, and what its buttons do. */
import type { MoodropUploads, UploadsSnapshot } from "@moodrop/uploads";
import { announce } from "../../lib/announce";
import type { Mood } from "../../lib/moods";
import { words } from "../../lib/words";
import { countOf, NOTHING_LEFT_OUT } from "./choose/left-out";
import type { PageUploads, PanelState } from "./page-uploads";

export interface PanelActions {
  chooseMood: (mood: Mood) => void;
  start: () => void;
  /** Close the panel; its files stay, and so does what it says about them. */
  close: () => void;
  /** Close the panel and put its files out of sight. */
  discard: () => void;
  /** Show the panel and its files again. */
  reopen: () => void;
  discardForGood: () => void;
}

const ANSWERED = { isRequested: false, leftOut: NOTHING_LEFT_OUT };

export function panelActions(uploads: PageUploads, queue: MoodropUploads): PanelActions {
  const closeOver = (isDiscarded: boolean, note: (count: number) => string) => {
    const { drafts, refused } = queue.snapshot();
    uploads.changePanel({ ...ANSWERED, closed: { refused, isDiscarded } });
    if (drafts.length > 0) announce(note(drafts.length));
  };
  return {
    chooseMood(mood) {
      uploads.changePanel({ chosenMood: mood });
      queue.editAll({ mood });
    },
    start() {
      announce(words.uploads.announceStart(queue.snapshot().drafts.length));
      queue.start();
      uploads.changePanel({ ...ANSWERED, chosenMood: null });
    },
    close: () => closeOver(false, words.add.notUploaded),
    discard: () => closeOver(true, words.add.discarded),
    reopen: () => uploads.changePanel({ closed: null }),
    discardForGood() {
      queue.discardDrafts();
      uploads.changePanel({ chosenMood: null });
    },
  };
}

export function isPanelOpen({ isRequested, leftOut, closed }: PanelState, { drafts, refused }: UploadsSnapshot): boolean {
  return isRequested || countOf(leftOut) > 0 || (closed?.refused !== refused && drafts.length + refused.length > 0);
}
