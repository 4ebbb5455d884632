/** A radio: from a mood or a song it goes on by itself, with a reason for each file, and without what was refused. */
import { announce } from "../../lib/announce";
import { asApiError } from "../../lib/api-error";
import { moodName, type Mood } from "../../lib/moods";
import { inWords } from "../../lib/problem-words";
import type { FileRecord } from "../../lib/types";
import { words } from "../../lib/words";
import type { Origin, OriginOf, Why } from "../player/queue/origin";
import type { Lead } from "../player/queue/use-queue";
import { readRadio } from "./api";
import { Titles } from "./named-reasons";
import { radioWords } from "./radio-words";

/** The service takes no more of each. */
const MOST = 200;

export type RadioSeed = { mood: Mood } | { file: FileRecord; origin: Origin };

/** The service has nothing to play. It has been said. */
class NothingToPlay extends Error {}

export class Radio implements Lead {
  readonly repeats = true;
  readonly #seed: RadioSeed;
  readonly #titles = new Titles();
  readonly #whys = new Map<string, Why>();
  #played: string[] = [];
  #refused: string[] = [];
  /** What left the queue with a refused file. It comes all the same if the service has nothing better, or is away. */
  #aside: readonly FileRecord[] = [];

  constructor(seed: RadioSeed) {
    this.#seed = seed;
    if (!("file" in seed)) return;
    this.#played = [seed.file.file_id];
    this.#titles.learn([seed.file]);
  }

  /** Read the next files. Rejects, once it has said why, if there are none: it may be asked again. */
  more = async (): Promise<readonly FileRecord[]> => {
    const refused = this.#refused;
    try {
      const rows = await readRadio({ ...this.#start(), played: this.#played.slice(-MOST), refused: this.#refused.slice(-MOST) });
      // It was chosen without what has been refused since.
      if (refused !== this.#refused) return await this.more();
      if (rows.length === 0) throw new NothingToPlay();
      this.#aside = [];
      const files = rows.map(({ file }) => file);
      this.#titles.learn(files);
      await Promise.all(rows.map(async ({ file, why }) => this.#whys.set(file.file_id, await this.#titles.named(why))));
      return this.#handOut(files);
    } catch (error) {
      const files = this.#aside.filter(({ file_id }) => !this.#refused.includes(file_id));
      this.#aside = [];
      if (files.length > 0) return this.#handOut(files);
      announce(this.#inWords(error), { shown: true });
      throw error;
    }
  };

  originOf: OriginOf = (file_id) => {
    const why = this.#whys.get(file_id);
    if (!why && "file" in this.#seed) return this.#seed.origin;
    return { source: "recommended", mood: "mood" in this.#seed ? this.#seed.mood : null, ...(why && { why }), refuse: this.refuse };
  };

  /** "Not this": it does not come again, and what is like it comes later. What left with it has not been played. */
  refuse = (file_id: string, leaving: readonly FileRecord[]): void => {
    this.#refused = [...this.#refused, file_id];
    this.#aside = [...this.#aside, ...leaving];
    const left = new Set(leaving.map((file) => file.file_id));
    this.#played = this.#played.filter((played) => !left.has(played));
  };

  #handOut(files: readonly FileRecord[]): readonly FileRecord[] {
    this.#played = [...this.#played, ...files.map(({ file_id }) => file_id)];
    return files;
  }

  /** A mood is a promise: all that comes is in it. From a song on, there may be other moods. */
  #start() {
    return "file" in this.#seed ? { file_id: this.#seed.file.file_id, strict: false } : { mood: this.#seed.mood, strict: true };
  }

  #inWords(error: unknown): string {
    const isEmpty = error instanceof NothingToPlay;
    // It has not begun: there is no next song to try again with.
    if (this.#played.length === 0 && "mood" in this.#seed) {
      return isEmpty ? words.files.emptyMood(moodName(this.#seed.mood)) : inWords(asApiError(error)).detail;
    }
    return isEmpty ? radioWords().nothing : radioWords().failed(inWords(asApiError(error)).detail);
  }
}
