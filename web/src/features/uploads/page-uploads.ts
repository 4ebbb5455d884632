/** The uploads of one session, outside React: takes files from anywhere on the page, also before the queue is loaded. */
import type { MoodropUploads, Refusal, UploadsSnapshot } from "@moodrop/uploads";
import type { Mood, MoodFilter } from "../../lib/moods";
import { createStore } from "../../lib/store";
import { NOTHING_LEFT_OUT, sumOf, type LeftOut, type OnFiles } from "./choose/left-out";

export interface PanelState {
  /** A person asked for the panel, even without a file. */
  isRequested: boolean;
  /** What was left out of all choices since the panel was last closed. */
  leftOut: LeftOut;
  /** The mood that the library shows: the likely one for new files too. */
  shownMood: MoodFilter;
  /** Null until a person chooses a mood in the panel. */
  chosenMood: Mood | null;
  /** Null until the panel is closed over chosen files. */
  closed: ClosedPanel | null;
}

interface ClosedPanel {
  /** The refusals at that moment: each choice has its own list, so another list is a newer choice. */
  refused: readonly Refusal[];
  /** The files are out of sight, and can be brought back for a while. */
  isDiscarded: boolean;
}

const NEW: PanelState = { isRequested: false, leftOut: NOTHING_LEFT_OUT, shownMood: null, chosenMood: null, closed: null };

export class PageUploads {
  /** Null until the code of the queue is loaded. */
  readonly queue = createStore<MoodropUploads | null>(null);
  readonly panel = createStore(NEW);
  readonly #moods: readonly Mood[];
  readonly #waiting: Array<(queue: MoodropUploads) => void> = [];

  constructor(moods: readonly Mood[]) {
    this.#moods = moods;
  }

  /** Use this queue, and give it the files chosen before it was there. Returns a function that ends it. */
  open(queue: MoodropUploads): () => void {
    this.queue.set(queue);
    for (const send of this.#waiting.splice(0)) send(queue);
    return () => {
      this.queue.set(null);
      queue.destroy();
    };
  }

  /** Take files chosen anywhere on the page. */
  readonly add: OnFiles = (files, leftOut, mood) => {
    this.changePanel({ leftOut: sumOf(this.panel.get().leftOut, leftOut) });
    const queue = this.queue.get();
    const send = (to: MoodropUploads) => this.#send(to, files, mood);
    if (queue) send(queue);
    else this.#waiting.push(send);
  };

  readonly requestPanel = (): void => {
    this.#dropDiscarded();
    this.changePanel({ isRequested: true });
  };

  showMood(shownMood: MoodFilter): void {
    this.changePanel({ shownMood });
  }

  /** The mood of the files chosen next. Nothing forces a choice: a file is neutral until someone says otherwise. */
  mood(): Mood {
    const { chosenMood, shownMood } = this.panel.get();
    return chosenMood ?? shownMood ?? (this.#moods.includes("neutral") ? "neutral" : (this.#moods[0] ?? ""));
  }

  changePanel(change: Partial<PanelState>): void {
    this.panel.set({ ...this.panel.get(), ...change });
  }

  #send(queue: MoodropUploads, files: readonly File[], mood?: Mood): void {
    if (files.length === 0) return;
    this.#dropDiscarded();
    if (mood === undefined) queue.add(files, { mood: this.mood() });
    else queue.addAndStart(files, { mood });
  }

  #dropDiscarded(): void {
    const queue = this.queue.get();
    if (queue && isDiscarded(this.panel.get(), queue.snapshot())) queue.discardDrafts();
  }
}

export function isDiscarded({ closed }: PanelState, { refused }: UploadsSnapshot): boolean {
  return closed !== null && closed.isDiscarded && closed.refused === refused;
}
