/** `<moodrop-uploader>`: the page's uploader as an element, for any page and any framework. */
import type { ApiError } from "./api/api-error.js";
import type { FileRecord } from "./api/types.js";
import { ENGLISH, languageOf, loadDictionary } from "./element/language.js";
import { moodAt } from "./element/mood-keys.js";
import { styleSheet } from "./element/styles.js";
import { carriesFiles, droppedFiles } from "./element/transferred-files.js";
import { openSession, type OpenSession } from "./element/uploader-session.js";
import { createView, type UploaderView } from "./element/uploader-view.js";
import type { UploaderTexts } from "./element/texts.js";
import type { RefusalReason } from "./queue/restrictions.js";
import { EMPTY_SNAPSHOT, type UploadsSnapshot } from "./queue/snapshot.js";
import { summarise, type Draft, type Summary, type UploadError } from "./queue/upload-progress.js";
import type { UploadsOptions } from "./queue/uploads-options.js";
import type { ClientOptions } from "./api/create-client.js";

export interface UploadErrorDetail {
  /** Empty if the service itself did not answer. */
  filename: string;
  /** Null if the file was left out before anything was sent. */
  error: UploadError | null;
  /** Why the file was left out. */
  reason: RefusalReason | null;
}

export interface MoodropUploaderEventMap {
  "upload-complete": CustomEvent<FileRecord>;
  "upload-error": CustomEvent<UploadErrorDetail>;
  progress: CustomEvent<Summary>;
}

/** Each is an attribute; `token` and `describe` are also properties that take functions. */
const ATTRIBUTES = ["service-url", "token", "mood", "moods", "accept", "language", "multiple", "auto-start"] as const;
type Attribute = (typeof ATTRIBUTES)[number];

/** With one of these changed, the service is asked again. */
const OF_SESSION: ReadonlySet<string> = new Set<Attribute>(["service-url", "token", "accept"]);

/** A server that renders the page imports this too, and has no elements. */
const Base = globalThis.HTMLElement ?? Object;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the interface below only adds the types of the events
export class MoodropUploader extends Base {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;

  /** What a file says about itself, for example in its tags. */
  describe: UploadsOptions["describe"];
  #token: ClientOptions["token"] | undefined;
  #view: UploaderView | null = null;
  #texts: UploaderTexts | null = null;
  #dictionary = ENGLISH;
  #session: OpenSession | null = null;
  #failure: ApiError | null = null;
  #close: (() => void) | null = null;
  #chosenMood: string | null = null;
  /** Chosen before the service had answered. */
  #waiting: Array<() => void> = [];
  #reported = { refused: EMPTY_SNAPSHOT.refused, progress: "" };
  #listening = new AbortController();

  get serviceUrl(): string {
    return this.#attribute("service-url");
  }
  set serviceUrl(value: string) {
    this.setAttribute("service-url", value);
  }

  /** A bearer token, or a function that returns the current one. */
  get token(): ClientOptions["token"] {
    return this.#token ?? this.getAttribute("token");
  }
  set token(value: ClientOptions["token"]) {
    this.#token = value;
    this.#reopen();
  }

  get mood(): string {
    return this.#attribute("mood");
  }
  set mood(value: string) {
    this.setAttribute("mood", value);
  }

  /** The moods to choose from. Empty: those of the service, or the one `mood`. */
  get moods(): readonly string[] {
    return this.#attribute("moods").split(/[\s,]+/).filter(Boolean);
  }
  set moods(value: readonly string[] | string) {
    this.setAttribute("moods", typeof value === "string" ? value : value.join(" "));
  }

  get accept(): string {
    return this.#attribute("accept");
  }
  set accept(value: string) {
    this.setAttribute("accept", value);
  }

  get language(): string {
    return this.#attribute("language");
  }
  set language(value: string) {
    this.setAttribute("language", value);
  }

  get multiple(): boolean {
    return this.hasAttribute("multiple");
  }
  set multiple(value: boolean) {
    this.toggleAttribute("multiple", value);
  }

  /** Files start as soon as they are chosen. */
  get autoStart(): boolean {
    return this.hasAttribute("auto-start");
  }
  set autoStart(value: boolean) {
    this.toggleAttribute("auto-start", value);
  }

  /** The drafts and uploads; a new object after each change. */
  get snapshot(): UploadsSnapshot {
    return this.#session?.queue.snapshot() ?? EMPTY_SNAPSHOT;
  }

  /** Take files as if a person had chosen them. */
  addFiles(files: readonly File[], mood: string | null = null): void {
    this.#whenOpen(({ queue }) => {
      const taken = this.multiple ? files : files.slice(0, 1);
      if (!this.multiple) queue.discardDrafts();
      const meta = { mood: mood ?? this.#mood() };
      if (mood !== null || this.autoStart) queue.addAndStart(taken, meta);
      else queue.add(taken, meta);
    });
  }

  /** Start the chosen files. */
  start(): void {
    this.#announce(({ uploads }) => uploads.announceStart(this.snapshot.drafts.length));
    this.#session?.queue.start();
  }

  /** Open the browser's chooser; call it from a click. */
  choose(): void {
    this.#view?.choose();
  }

  connectedCallback(): void {
    this.#view ??= this.#build();
    if (this.#close) return;
    this.#listen();
    this.#open();
    void this.#speak();
  }

  /** An element that is only moved goes on. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#listening.abort();
      this.#end();
    });
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.#close) return;
    if (OF_SESSION.has(name)) this.#reopen();
    if (name === "mood") this.#chosenMood = null;
    if (name === "language") void this.#speak();
    this.#draw();
  }

  #attribute(name: Attribute): string {
    return this.getAttribute(name) ?? "";
  }

  #build(): UploaderView {
    const queue = () => this.#session?.queue;
    const view = createView({
      add: (files) => this.addFiles(files),
      chooseMood: (mood) => {
        this.#chosenMood = mood;
        queue()?.editAll({ mood });
        this.#draw();
      },
      start: () => this.start(),
      reconnect: () => this.#reopen(),
      pause: (id) => {
        queue()?.pause(id);
        this.#announceFile(id, "announcePaused");
      },
      resume: (id) => {
        queue()?.resume(id);
        this.#announceFile(id, "announceResumed");
      },
      remove: (id) => queue()?.remove(id),
    });
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [styleSheet()];
    root.replaceChildren(view.section);
    return view;
  }

  #open(): void {
    this.#failure = null;
    this.#close = openSession({
      baseUrl: this.serviceUrl || undefined,
      token: () => {
        const { token } = this;
        return typeof token === "function" ? token() : (token ?? null);
      },
      accept: this.accept,
      describe: (draft) => this.describe?.(draft) ?? Promise.resolve({}),
      onChange: () => this.#draw(),
      onOpen: (session) => {
        this.#session = session;
        this.#draw();
        for (const add of this.#waiting.splice(0)) add();
      },
      onFailure: (failure) => {
        this.#failure = failure;
        this.#emit("upload-error", { filename: "", error: failure, reason: null });
        this.#draw();
      },
      onDone: (file) => {
        this.#announce(({ uploads }) => uploads.announceDone(file.title ?? file.filename));
        this.#emit("upload-complete", file);
      },
      onContinued: (upload, percent) => this.#announce(({ uploads }) => uploads.continued(nameOf(upload), percent)),
      onFailed: (upload, error) => {
        this.#announce(({ uploads }) => uploads.announceFailed(nameOf(upload), this.#texts?.failure(error).detail ?? ""));
        this.#emit("upload-error", { filename: upload.filename, error, reason: null });
      },
    });
    this.#draw();
  }

  #end(): void {
    this.#close?.();
    this.#close = null;
    this.#session = null;
  }

  #reopen(): void {
    // A fresh token for uploads under way is asked for by each call: only who is locked out needs another session.
    if (!this.#close || (this.#session && this.snapshot.uploads.some(({ progress }) => progress.status !== "done"))) return;
    this.#end();
    this.#open();
  }

  #whenOpen(act: (session: OpenSession) => void): void {
    if (this.#session) act(this.#session);
    else this.#waiting.push(() => this.#session && act(this.#session));
  }

  async #speak(): Promise<void> {
    const nearest = this.closest<HTMLElement>("[lang]")?.lang ?? "";
    const language = languageOf([this.language, nearest, ...navigator.languages].filter(Boolean));
    this.#dictionary = await loadDictionary(language);
    this.#draw();
  }

  #moods(): readonly string[] {
    const known = this.#session?.moods ?? [];
    const { moods } = this;
    if (moods.length > 0) return moods.filter((mood) => known.includes(mood));
    return this.mood ? [] : known;
  }

  /** Nothing forces a choice: a file is neutral until someone says otherwise. */
  #mood(): string {
    const moods = this.#moods();
    const likely = moods.includes("neutral") ? "neutral" : (moods[0] ?? "");
    return this.#chosenMood ?? (this.mood || likely);
  }

  #draw(): void {
    if (!this.#view) return;
    const { snapshot } = this;
    this.#texts = this.#view.update({
      dictionary: this.#dictionary,
      limits: this.#session?.limits ?? null,
      moods: this.#moods(),
      mood: this.#mood(),
      multiple: this.multiple,
      failure: this.#failure,
      snapshot,
    });
    this.#report(snapshot);
  }

  #report({ refused, uploads }: UploadsSnapshot): void {
    if (refused !== this.#reported.refused) {
      this.#reported.refused = refused;
      for (const { filename, reason } of refused) this.#emit("upload-error", { filename, error: null, reason });
    }
    const summary = summarise(uploads);
    const progress = uploads.length > 0 ? JSON.stringify(summary) : "";
    if (progress !== "" && progress !== this.#reported.progress) this.#emit("progress", summary);
    this.#reported.progress = progress;
  }

  #emit<K extends keyof MoodropUploaderEventMap>(name: K, detail: MoodropUploaderEventMap[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #announce(text: (words: UploaderTexts["words"]) => string): void {
    if (this.#texts) this.#view?.announce(text(this.#texts.words));
  }

  #announceFile(local_id: string, text: "announcePaused" | "announceResumed"): void {
    const upload = this.snapshot.uploads.find((one) => one.local_id === local_id);
    if (upload) this.#announce(({ uploads }) => uploads[text](nameOf(upload)));
  }

  #listen(): void {
    this.#listening = new AbortController();
    const options = { signal: this.#listening.signal };
    this.addEventListener("dragover", (event) => this.#hover(event), options);
    this.addEventListener("dragleave", (event) => this.#leave(event), options);
    this.addEventListener("drop", (event) => this.#drop(event), options);
    document.addEventListener("paste", (event) => this.#paste(event), options);
  }

  #hover(event: DragEvent): void {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    this.#view?.hover(true, moodAt(event));
    this.#draw();
  }

  #leave({ relatedTarget }: DragEvent): void {
    if (relatedTarget instanceof Node && this.contains(relatedTarget)) return;
    this.#view?.hover(false, null);
    this.#draw();
  }

  #drop(event: DragEvent): void {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    const mood = moodAt(event);
    this.#view?.hover(false, null);
    this.#draw();
    void droppedFiles(event.dataTransfer).then((files) => this.addFiles(files, mood));
  }

  /** A paste belongs to the element if the focus is in it, or nowhere. */
  #paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    const focused = document.activeElement;
    const isOurs = focused === this || focused === null || focused === document.body;
    if (files.length === 0 || event.defaultPrevented || !isOurs) return;
    event.preventDefault();
    this.addFiles(files);
  }
}

function nameOf({ meta, filename }: Draft): string {
  return meta.title || filename;
}

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface MoodropUploader {
  addEventListener<K extends keyof MoodropUploaderEventMap>(
    type: K,
    listener: (this: MoodropUploader, event: MoodropUploaderEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "moodrop-uploader": MoodropUploader;
  }
}

// Missing on a server that renders the page.
const registry: CustomElementRegistry | undefined = globalThis.customElements;
if (registry && !registry.get("moodrop-uploader")) registry.define("moodrop-uploader", MoodropUploader);
