/** Drives one <audio> or <video>: gives it a source, and opens it anew or takes the next at the same second when that fails. */
import { asApiError, isAbort } from "../../../lib/api-error";
import { inWords } from "../../../lib/problem-words";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import type { PlayerEvent } from "../player-state";
import type { OpenSource, Quality, Source } from "./source";

export interface EngineOptions {
  file: FileRecord;
  element: HTMLMediaElement;
  /** The second to begin at. */
  from?: number;
  /** What the file can be played from, the best first. At least one. */
  sources: () => Promise<readonly Source[]>;
  report: (event: PlayerEvent) => void;
  /** Null: there is nothing to choose. */
  onQuality: (quality: Quality | null) => void;
  onEnded: () => void;
}

export class MediaEngine {
  readonly #options: EngineOptions;
  readonly #element: HTMLMediaElement;
  readonly #stop = new AbortController();
  #sources: readonly Source[] = [];
  /** The index of the current source. */
  #at = 0;
  #open: OpenSource | null = null;
  /** Counts the sources opened, so that late news of earlier ones is ignored. */
  #turn = 0;
  /** How often the current source was opened without any playback. */
  #attempts = 0;
  /** The last second played, where a source goes on. */
  #second = 0;
  #wantsToPlay = false;
  /** True while a source is being opened: the element's events are ignored then. */
  #swapping = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#element = options.element;
    this.#second = options.from ?? 0;
    this.#listen();
  }

  play(): void {
    const second = this.#open ? this.#element.currentTime : this.#second;
    this.#wantsToPlay = true;
    if (this.#swapping) return;
    if (this.#isStale(second)) void this.#reopen(second);
    else void this.#start();
  }

  /** Play if paused, pause if playing. */
  toggle(): void {
    if (this.#element.paused) this.play();
    else this.#element.pause();
  }

  plays(file: FileRecord): boolean {
    return this.#options.file.file_id === file.file_id;
  }

  seek(second: number): void {
    this.#second = second;
    this.#options.report({ type: "position", position: second });
    // The source that is being opened goes there.
    if (this.#swapping) return;
    if (this.#isStale(second)) void this.#reopen(second);
    else this.#element.currentTime = second;
  }

  /** Play again from the beginning. */
  restart(): void {
    this.seek(0);
    this.play();
  }

  /** Null: chosen automatically. */
  setQuality(height: number | null): void {
    this.#open?.setQuality?.(height);
  }

  destroy(): void {
    this.#stop.abort();
    this.#element.pause();
    this.#close();
    this.#element.removeAttribute("src");
    this.#element.load();
  }

  #isStale(second: number): boolean {
    return this.#open === null || Boolean(this.#element.error) || this.#open.isStale(second);
  }

  /** Open the current source, and go on at `second`. */
  async #reopen(second: number): Promise<void> {
    const { sources, report } = this.#options;
    this.#swapping = true;
    this.#second = second;
    report({ type: "status", status: "loading" });
    try {
      this.#close();
      if (this.#sources.length === 0) this.#sources = await sources();
      this.#open = await this.#openSource(second);
      this.#swapping = false;
      if (this.#second !== second) this.#element.currentTime = this.#second;
      if (this.#wantsToPlay) await this.#start();
      else report({ type: "status", status: "paused" });
    } catch (error) {
      this.#swapping = false;
      if (!isAbort(error)) this.#recover(inWords(asApiError(error)).detail, { again: false });
    }
  }

  async #openSource(second: number): Promise<OpenSource | null> {
    const { element, report, onQuality } = this.#options;
    const { signal } = this.#stop;
    signal.throwIfAborted();
    this.#turn += 1;
    const turn = this.#turn;
    const open = await this.#sources[this.#at]?.open(element, second, {
      signal,
      attempt: this.#attempts,
      onFailed: () => turn === this.#turn && this.#recover(words.player.unplayable, { again: false }),
      onLate: (late) => turn === this.#turn && report({ type: "trouble", trouble: late ? words.player.trouble : "" }),
      onQuality: (quality) => turn === this.#turn && onQuality(quality),
    });
    return open ?? null;
  }

  #close(): void {
    if (!this.#open) return;
    this.#turn += 1;
    this.#open.close();
    this.#open = null;
    this.#options.onQuality(null);
    this.#options.report({ type: "trouble", trouble: "" });
  }

  async #start(): Promise<void> {
    try {
      await this.#element.play();
    } catch (error) {
      // NotAllowedError: the browser needs a click first. Other errors arrive as the element's error event.
      if (error instanceof DOMException && error.name === "NotAllowedError") {
        this.#options.report({ type: "status", status: "paused" });
      }
    }
  }

  #onError(): void {
    if (this.#swapping || !this.#element.getAttribute("src")) return;
    this.#recover(words.player.unplayable, { again: true });
  }

  /** Wait for the network if there is none. Otherwise open the source `again`, or the next one, or say why not. */
  #recover(failure: string, { again }: { again: boolean }): void {
    const { report } = this.#options;
    if (!navigator.onLine) {
      report({ type: "status", status: "waiting" });
      const reopen = () => void this.#reopen(this.#second);
      globalThis.addEventListener("online", reopen, { once: true, signal: this.#stop.signal });
      return;
    }
    this.#attempts += 1;
    if (!again || this.#attempts >= (this.#sources[this.#at]?.tries ?? 0)) {
      if (this.#at + 1 >= this.#sources.length) return report({ type: "failed", failure });
      this.#at += 1;
      this.#attempts = 0;
    }
    void this.#reopen(this.#second);
  }

  #listen(): void {
    const { report, onEnded } = this.#options;
    const element = this.#element;
    const on = (type: keyof HTMLMediaElementEventMap, run: () => void) =>
      element.addEventListener(type, run, { signal: this.#stop.signal });

    on("playing", () => report({ type: "status", status: "playing" }));
    on("pause", () => this.#onPause());
    on("waiting", () => report({ type: "status", status: "loading" }));
    on("durationchange", () => report({ type: "duration", duration: element.duration }));
    on("error", () => this.#onError());
    on("ended", onEnded);
    on("timeupdate", () => {
      if (this.#swapping || element.error) return;
      if (element.currentTime > this.#second) this.#attempts = 0;
      this.#second = element.currentTime;
      report({ type: "position", position: element.currentTime });
    });
  }

  #onPause(): void {
    if (this.#swapping || this.#element.ended || this.#element.error) return;
    this.#wantsToPlay = false;
    this.#options.report({ type: "status", status: "paused" });
  }
}
