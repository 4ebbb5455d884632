/** Drives one <audio> or <video>: gives it an address, and a new one at the same second when that expires. */
import { asApiError, isAbort } from "../../../lib/api-error";
import { inWords } from "../../../lib/problem-words";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { bufferedOf, needsFreshAddress, type FreshAddress } from "./fresh-address";
import type { PlayerEvent } from "../player-state";

export interface EngineOptions {
  file: FileRecord;
  element: HTMLMediaElement;
  /** `direct`: bypass the worker. */
  address: (file: FileRecord, signal: AbortSignal, direct: boolean) => Promise<FreshAddress>;
  report: (event: PlayerEvent) => void;
  onEnded: () => void;
}

/** Fresh addresses tried in a row without any playback. */
const MAX_RENEWALS = 2;

export class MediaEngine {
  readonly #options: EngineOptions;
  readonly #element: HTMLMediaElement;
  readonly #stop = new AbortController();
  #address: FreshAddress | null = null;
  #renewals = 0;
  /** The last second played, where a fresh address continues. */
  #second = 0;
  /** True while an address is being swapped: the element's events are ignored then. */
  #swapping = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#element = options.element;
    this.#listen();
  }

  play(): void {
    const { currentTime } = this.#element;
    if (this.#swapping) return;
    if (this.#isStale(currentTime)) void this.#renew(currentTime);
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
    if (this.#isStale(second)) void this.#renew(second);
    else this.#element.currentTime = second;
  }

  /** Play again from the beginning. */
  restart(): void {
    this.seek(0);
    this.play();
  }

  destroy(): void {
    this.#stop.abort();
    this.#element.pause();
    this.#element.removeAttribute("src");
    this.#element.load();
  }

  #isStale(second: number): boolean {
    if (this.#address === null || this.#element.error) return true;
    const { duration, buffered } = this.#element;
    const known = Number.isFinite(duration) ? duration : null;
    return needsFreshAddress(this.#address, { second, duration: known, buffered: bufferedOf(buffered) }, performance.now());
  }

  /** Fetch an address, give it to the element, and continue at `second`. */
  async #renew(second: number): Promise<void> {
    const { file, address, report } = this.#options;
    const { signal } = this.#stop;
    this.#swapping = true;
    this.#second = second;
    report({ type: "status", status: "loading" });
    try {
      this.#address = await address(file, signal, this.#renewals > 0);
      this.#element.src = this.#address.url;
      // Before the metadata is there, this sets where playback starts.
      if (second > 0) this.#element.currentTime = second;
      this.#swapping = false;
      await this.#start();
    } catch (error) {
      this.#swapping = false;
      if (!isAbort(error)) this.#giveUpOrWait(inWords(asApiError(error)).detail);
    }
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
    this.#renewals += 1;
    if (navigator.onLine && this.#renewals <= MAX_RENEWALS) void this.#renew(this.#second);
    else this.#giveUpOrWait(words.player.unplayable);
  }

  #giveUpOrWait(failure: string): void {
    const { report } = this.#options;
    if (navigator.onLine) return report({ type: "failed", failure });
    report({ type: "status", status: "waiting" });
    const again = () => void this.#renew(this.#second);
    globalThis.addEventListener("online", again, { once: true, signal: this.#stop.signal });
  }

  #listen(): void {
    const { report, onEnded } = this.#options;
    const element = this.#element;
    const on = (type: keyof HTMLMediaElementEventMap, run: () => void) =>
      element.addEventListener(type, run, { signal: this.#stop.signal });

    on("playing", () => report({ type: "status", status: "playing" }));
    on("pause", () => this.#swapping || element.ended || element.error || report({ type: "status", status: "paused" }));
    on("waiting", () => report({ type: "status", status: "loading" }));
    on("durationchange", () => report({ type: "duration", duration: element.duration }));
    on("error", () => this.#onError());
    on("ended", onEnded);
    on("timeupdate", () => {
      if (this.#swapping || element.error) return;
      if (element.currentTime > this.#second) this.#renewals = 0;
      this.#second = element.currentTime;
      report({ type: "position", position: element.currentTime });
    });
  }
}
