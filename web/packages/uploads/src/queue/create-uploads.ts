/** The uploads of one page: files are added, edited, started, paused, gone on with; a snapshot tells of all. */
import { uploadCalls } from "../api/upload-calls.js";
import { browserPorts } from "../transfer/browser-ports.js";
import { createClient, type ClientOptions, type MoodropClient } from "../api/create-client.js";
import { contentTypeOf } from "../metadata/content-type.js";
import { fingerprintOf } from "../metadata/fingerprint.js";
import { findCoveredFile } from "./covered-file.js";
import { createPool } from "../transfer/pool.js";
import type { StoredCover, StoredFile } from "../persistence/stored-files.js";
import { Queue, type Entry } from "./upload-queue.js";
import { mayBeCover, reasonAgainst, type Refusal, type RefusalReason, type Restrictions } from "./restrictions.js";
import { createPersistence, type Left } from "../persistence/persistence.js";
import { acceptable } from "../metadata/details.js";
import { findKnown } from "./known-files.js";
import { guessSong } from "../metadata/song-title.js";
import { EMPTY_SNAPSHOT, type KnownFile, type UploadsSnapshot } from "./snapshot.js";
import { DEFAULT_OPTIONS, type TransferOptions } from "../transfer/options.js";
import { freeTwin, isAmong, isTwin } from "./twins.js";
import type { FileRecord, FileMeta } from "../api/types.js";
import { findUnfinishedUploads, type UnfinishedUpload } from "./unfinished-uploads.js";
import { coverError, percentOf, type Draft, type Upload, type UploadError } from "./upload-progress.js";
import { withTimeout } from "../wait.js";

export interface UploadsEvents {
  onDone?: (file: FileRecord) => void;
  /** It goes on where an earlier try stopped, at so many whole percent. */
  onContinued?: (upload: Draft, percent: number) => void;
  onFailed?: (upload: Draft, error: UploadError) => void;
  /** It is done, but without its `meta.cover`. */
  onCoverFailed?: (upload: Draft, error: UploadError) => void;
}

export interface UploadsOptions extends ClientOptions, UploadsEvents {
  /** One that the app has already; else one is made of `baseUrl`, `token` and `headers`. */
  client?: MoodropClient | undefined;
  /** Checked before anything is sent, as GET /v1/session tells them. Without them the service alone checks. */
  limits?: Restrictions | undefined;
  /**
   * Whose files these are. With it, small ones are kept in this browser while they are under way and go on
   * after a reload by themselves, and two tabs do not take up the same one.
   */
  owner?: string | undefined;
  transferOptions?: Partial<TransferOptions>;
  /** Look whether the library has the chosen files already, and tell of them in `known`. Takes the scope files:read. */
  findKnown?: boolean;
  /** What a file says of itself, such as by its tags; what a person says wins. Its upload waits for it. */
  describe?: (draft: Draft) => Promise<Partial<Omit<FileMeta, "mood">>>;
}

export type MoodropUploads = ReturnType<typeof createUploads>;

const PUBLISH_MS = 100;
const DESCRIBED_AT_ONCE = 2;
/** As long as a browser may take to tell what an earlier page left, before what the service knows is shown. */
const LEFT_WITHIN_MS = 1000;
const NOTHING_LEFT: Left = { songs: [], covers: [], isBusy: () => false };
const NO_META = { album: "", duration_seconds: null, cover: null };

export function createUploads(options: UploadsOptions = {}) {
  const transferOptions = { ...DEFAULT_OPTIONS, ...options.transferOptions };
  const calls = uploadCalls(options.client ?? createClient(options));
  const persistence = options.owner === undefined ? null : createPersistence(options.owner, transferOptions);
  const alive = new AbortController();
  const listeners = new Set<() => void>();
  const described = new Map<string, Promise<void>>();
  const describeInTurn = createPool(DESCRIBED_AT_ONCE);
  let snapshot: UploadsSnapshot = EMPTY_SNAPSHOT;
  let refused: readonly Refusal[] = [];
  let unfinished: readonly UnfinishedUpload[] = [];
  let inLibrary: readonly KnownFile[] = [];
  let search = new AbortController();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let added = 0;
  let discarded = 0;
  let comparing = Promise.resolve();

  const queue = new Queue({
    ports: browserPorts(calls, transferOptions),
    abort: (upload_id) => calls.abort(upload_id),
    simultaneous: transferOptions.simultaneous_uploads,
    persistence,
    described: (local_id) => withTimeout(Promise.resolve(described.get(local_id)), transferOptions.describe_within_ms, undefined),
    // Progress comes in a hundred small steps a second; a person sees ten.
    onChange: () => {
      timer ??= setTimeout(publish, PUBLISH_MS);
    },
    onDone(file) {
      forget(file.file_id);
      options.onDone?.(file);
    },
    onContinued: (entry, bytes) => options.onContinued?.(entry, percentOf(bytes, entry.size_bytes)),
    onFailed: (entry, error) => options.onFailed?.(entry, error),
    takesCover: (cover) => mayBeCover(cover, options.limits ?? {}),
    onCoverFailed: (entry, error) => options.onCoverFailed?.(entry, error),
  });

  function publish(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const { drafts, uploads } = sorted(queue.all());
    const begun = new Set(uploads.map(({ fingerprint }) => fingerprint));
    const isDrafted = ({ local_id }: KnownFile) => drafts.some((draft) => draft.local_id === local_id);
    snapshot = { refused, drafts, known: inLibrary.filter(isDrafted), uploads, unfinished: unfinished.filter((one) => !begun.has(one.fingerprint)) };
    for (const tell of listeners) tell();
  }

  /** A verb that shows at once: what a hand did must not lag behind it. */
  function atOnce<Args extends unknown[]>(verb: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      verb(...args);
      publish();
    };
  }

  function forget(upload_id: string): void {
    unfinished = unfinished.filter((one) => one.upload_id !== upload_id);
  }

  const unfinishedOf = (fingerprint: string) => unfinished.find((one) => one.fingerprint === fingerprint);
  const isListed = (fingerprint: string) => queue.all().some((entry) => entry.fingerprint === fingerprint);
  const idsWhere = (wanted: (entry: Entry) => boolean) => queue.all().filter(wanted).map(({ local_id }) => local_id);
  const removeWhere = (unwanted: (entry: Entry) => boolean) => {
    for (const id of idsWhere(unwanted)) queue.remove(id);
  };

  function list(given: NewDraft): Draft {
    added += 1;
    const draft = { ...given, local_id: `song-${added}`, size_bytes: given.file.size };
    queue.add(draft);
    return draft;
  }

  function addDraft(given: NewDraft): Draft {
    const draft = list(given);
    described.set(draft.local_id, describe(draft));
    return draft;
  }

  /** Best effort, and soon given up: nothing waits for it. */
  async function searchFor(drafts: readonly Draft[]): Promise<void> {
    if (!options.findKnown || drafts.length === 0) return;
    const signal = AbortSignal.any([alive.signal, search.signal, AbortSignal.timeout(transferOptions.find_known_ms)]);
    await findKnown(drafts, calls, noteKnown, signal).catch(() => undefined);
  }

  function noteKnown({ local_id }: Draft, file: FileRecord): void {
    inLibrary = [...inLibrary, { local_id, file }];
    publish();
  }

  /** They are on their way, or gone: nobody asks any more whether they are there. */
  function stopSearch(): void {
    search.abort();
    search = new AbortController();
    inLibrary = [];
  }

  function refuse({ filename, file }: NewDraft, reason: RefusalReason): void {
    refused = [...refused, { filename, size_bytes: file.size, reason }];
  }

  const twinsOf = ({ fingerprint }: NewDraft) => queue.all().filter((entry) => isTwin(entry.fingerprint, fingerprint));

  /** One after the other: each is compared with those before it too. */
  function addTwin(draft: NewDraft): void {
    const choice = discarded;
    comparing = comparing.then(async () => {
      const known = await isAmong(draft.file, twinsOf(draft));
      if (alive.signal.aborted || choice !== discarded) return;
      if (known) refuse(draft, "known");
      else void searchFor([addDraft({ ...draft, fingerprint: freeTwin(draft.fingerprint, isListed) })]);
      publish();
    });
  }

  /** Best effort: a file that tells nothing is sent all the same. */
  async function describe(draft: Draft): Promise<void> {
    const ask = () => withTimeout(askFor(draft), transferOptions.describe_within_ms, {});
    const told = await describeInTurn(ask, alive.signal).catch(() => ({}));
    const now = queue.all().find(({ local_id }) => local_id === draft.local_id);
    if (now) queue.edit(draft.local_id, unsaid(now, acceptable(told)));
  }

  async function askFor(draft: Draft): Promise<Partial<FileMeta>> {
    return options.describe?.(draft) ?? {};
  }

  /** Take up what an earlier page left: small songs and pictures by themselves, the others when their file is chosen again. */
  async function recover(): Promise<void> {
    const left = persistence?.left() ?? Promise.resolve(NOTHING_LEFT);
    const started = left.then(({ songs }) => startLeft(songs));
    // Where the browser is late, or never answers, the service is asked all the same.
    const { songs, isBusy } = await withTimeout(left, LEFT_WITHIN_MS, NOTHING_LEFT);
    const kept = new Set(songs.map(({ fingerprint }) => fingerprint));
    const isOurs = (fingerprint: string) => isBusy(fingerprint) || kept.has(fingerprint);
    unfinished = await findUnfinishedUploads(calls, isOurs, alive.signal);
    publish();
    await started;
    const { covers } = await left;
    addCovers(covers);
    publish();
    await Promise.allSettled(covers.map(recoverCover));
  }

  function startLeft(songs: readonly StoredFile[]): void {
    if (alive.signal.aborted) return;
    for (const { upload_id, ...song } of songs) {
      if (!isListed(song.fingerprint)) queue.start(addDraft(song).local_id, upload_id ?? undefined);
    }
  }

  /** The pictures that were chosen for the unfinished ones: the service does not have them. */
  function addCovers(covers: readonly StoredCover[]): void {
    const pictures = new Map(covers.map(({ upload_id, draft }) => [upload_id, draft.file]));
    unfinished = unfinished.map((one) => ({ ...one, meta: { ...one.meta, cover: pictures.get(one.upload_id) ?? null } }));
  }

  /** A picture whose song is there by now is sent after it; one that nothing waits for is forgotten. */
  async function recoverCover(kept: StoredCover): Promise<void> {
    const { draft } = kept;
    const song = await findCoveredFile(kept, calls, alive.signal);
    if (song === "pending" || isListed(draft.fingerprint)) return;
    if (song && !song.cover_id) queue.startCover(list(draft).local_id, song);
    else persistence?.drop(draft);
  }
  // Best effort: where the service cannot be asked, an upload says so when it is started.
  recover().catch(() => undefined);

  return {
    /** What there is now; another object after each change. */
    snapshot: () => snapshot,
    /** Be told of each change; returns how to stop. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Add files as drafts; those that may not come in are told in `refused`. Title and artist are guessed from the name. */
    add: atOnce((files: readonly File[], meta: Pick<FileMeta, "mood"> & Partial<FileMeta>) => {
      refused = [];
      const fresh: Draft[] = [];
      for (const file of files) {
        const draft = draftOf(file, { ...NO_META, ...guessSong(file.name), ...meta });
        const twins = twinsOf(draft);
        const reason = twins.some((twin) => twin.file === file) ? "known" : reasonAgainst(draft, options.limits);
        if (reason) refuse(draft, reason);
        else if (twins.length === 0) fresh.push(addDraft(draft));
        else addTwin(draft);
      }
      void searchFor(fresh);
    }),
    /** Change what is said about a draft. */
    edit: atOnce((local_id: string, meta: Partial<FileMeta>) => queue.edit(local_id, meta)),
    /** The same about every draft. */
    editAll: atOnce((meta: Partial<FileMeta>) => {
      for (const id of idsWhere(isDraft)) queue.edit(id, meta);
    }),
    /** Start every draft. One that an earlier page began goes on there. */
    start: atOnce(() => {
      refused = [];
      stopSearch();
      for (const { local_id, fingerprint } of queue.all().filter(isDraft)) {
        queue.start(local_id, unfinishedOf(fingerprint)?.upload_id);
      }
    }),
    /** Leave out the drafts that the library has already. */
    removeKnown: atOnce(() => {
      const ids = new Set(inLibrary.map(({ local_id }) => local_id));
      removeWhere((entry) => isDraft(entry) && ids.has(entry.local_id));
      inLibrary = [];
    }),
    /** Keep them: they are wanted twice. */
    keepKnown: atOnce(() => {
      inLibrary = [];
    }),
    discardDrafts: atOnce(() => {
      refused = [];
      discarded += 1;
      stopSearch();
      removeWhere(isDraft);
    }),
    /** Send nothing more of it. What is on the wire runs to its end first, so that nothing is lost: it is `pausing` until then. */
    pause: atOnce((local_id: string) => queue.pause(local_id)),
    /** Start again one that was paused, that failed, or that waits; send the picture again of one that is there without it. */
    resume: atOnce((local_id: string) => queue.start(local_id)),
    /** Stop one, whatever its state, and let the service drop what it holds of it. */
    remove: atOnce((local_id: string) => queue.remove(local_id)),
    pauseAll: atOnce(() => idsWhere(isActive).forEach((id) => queue.pause(id))),
    resumeAll: atOnce(() => idsWhere(isHeld).forEach((id) => queue.start(id))),
    retryAll: atOnce(() => idsWhere(isRetryable).forEach((id) => queue.start(id))),
    removeActive: atOnce(() => removeWhere(isActive)),
    removeSettled: atOnce(() => removeWhere((entry) => !isDraft(entry) && !isActive(entry))),
    /** Those whose picture could not be stored stay. */
    removeDone: atOnce(() => removeWhere((entry) => has("done")(entry) && !coverError(entry.progress))),
    /** Go on with the unfinished uploads of these files. False where a file belongs to none of them. */
    continueWith(files: readonly File[]): boolean {
      const known = files.flatMap((file) => {
        const fingerprint = fingerprintOf(file);
        const earlier = unfinishedOf(fingerprint) ?? unfinished.find((one) => isTwin(one.fingerprint, fingerprint));
        return earlier ? { file, earlier } : [];
      });
      for (const { file, earlier } of known) {
        const draft = addDraft({ ...draftOf(file, earlier.meta), fingerprint: earlier.fingerprint });
        queue.start(draft.local_id, earlier.upload_id);
      }
      publish();
      return known.length === files.length;
    },
    /** Let the service drop an unfinished upload. */
    discard: atOnce((upload_id: string) => {
      const dropped = unfinished.find((one) => one.upload_id === upload_id);
      if (dropped) persistence?.drop(dropped);
      forget(upload_id);
      // Best effort: what stays is swept when it expires.
      calls.abort(upload_id).catch(() => undefined);
    }),
    /** Stop all; what the store has stays, for the next page. */
    destroy(): void {
      alive.abort();
      listeners.clear();
      persistence?.releaseAll();
      queue.destroy();
    },
  };
}

/** Of what a file told: that on which a person has said nothing. */
function unsaid({ meta, filename }: Draft, told: Partial<FileMeta>): Partial<FileMeta> {
  const before: Partial<Record<string, unknown>> = { ...NO_META, ...guessSong(filename) };
  const said: Partial<Record<string, unknown>> = { ...meta };
  return Object.fromEntries(Object.entries(told).filter(([field]) => said[field] === before[field]));
}

type NewDraft = Omit<Draft, "local_id" | "size_bytes">;

function draftOf(file: File, meta: FileMeta): NewDraft {
  return { file, filename: file.name, content_type: contentTypeOf(file), fingerprint: fingerprintOf(file), meta };
}

const isHeld = (entry: Entry) => has("paused")(entry) || has("pausing")(entry);
const isDraft = ({ progress }: Entry) => progress === null;
const has = (status: string) => (entry: Entry) => entry.progress?.status === status;
const isRetryable = ({ progress }: Entry) => progress?.status === "failed" || coverError(progress) !== null;
const isActive = (entry: Entry) => !isDraft(entry) && !has("done")(entry) && !has("failed")(entry);

function sorted(entries: readonly Entry[]): { drafts: Draft[]; uploads: Upload[] } {
  const drafts: Draft[] = [];
  const uploads: Upload[] = [];
  for (const { progress, ...draft } of entries) {
    if (progress) uploads.push({ ...draft, progress });
    else drafts.push(draft);
  }
  return { drafts, uploads };
}
