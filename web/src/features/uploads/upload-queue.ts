/** The songs on their way: Uppy behind the few verbs that the page needs. */
import { Uppy, type Body } from "@uppy/core";
import { config } from "../../config";
import type { FileRecord, Limits } from "../../lib/types";
import { createStore } from "../../lib/store";
import { abortUpload } from "./api";
import { browserPorts } from "./browser-ports";
import { fingerprintOf } from "./fingerprint";
import type { KeptSong } from "./kept-songs";
import { refusal } from "./restrictions";
import { createSafekeeping } from "./safekeeping";
import { guessSong } from "./song-title";
import { TransferPlugin, type SongFile, type SongMeta } from "./transfer-plugin";
import { findUnfinished, type Unfinished } from "./unfinished";
import { percentOf, type Draft, type Failure, type Upload } from "./upload-state";

export interface UploadSnapshot {
  /** Chosen, not yet started. */
  drafts: readonly Draft[];
  /** One sentence for each file of the last choice that was left out. */
  refused: readonly string[];
  /** Started, in the order of starting. */
  uploads: readonly Upload[];
  /** Begun by an earlier page; they want their files again. */
  unfinished: readonly Unfinished[];
}

export interface UploadQueueEvents {
  onDone: (file: FileRecord) => void;
  /** It goes on where an earlier try stopped. */
  onContinued: (name: string, percent: number) => void;
  onFailed: (name: string, failure: Failure) => void;
}

export type UploadQueue = ReturnType<typeof createUploadQueue>;

export function createUploadQueue(limits: Limits, owner: string, events: UploadQueueEvents) {
  const uppy = new Uppy<SongMeta, Body>({
    allowMultipleUploadBatches: true,
    restrictions: {
      maxFileSize: limits.max_upload_bytes,
      allowedFileTypes: [...limits.allowed_content_types],
    },
  });
  const safekeeping = createSafekeeping(owner);
  const alive = new AbortController();
  const store = createStore<UploadSnapshot>({ drafts: [], refused: [], uploads: [], unfinished: [] });
  let refused: readonly string[] = [];
  let unfinished: readonly Unfinished[] = [];
  const unfinishedOf = (fingerprint: string) => unfinished.find(({ meta }) => meta.fingerprint === fingerprint);
  const drop = (upload_id: string) => {
    unfinished = unfinished.filter((one) => one.upload_id !== upload_id);
  };
  uppy.use(TransferPlugin, {
    ports: browserPorts,
    abort: abortUpload,
    simultaneous: config.simultaneousUploads,
    safekeeping,
    onDone(file) {
      drop(file.file_id);
      events.onDone(file);
    },
    onContinued: ({ name, meta, size }, bytes) => events.onContinued(meta.title || name, percentOf(bytes, size ?? 0)),
    onFailed: events.onFailed,
  });
  const plugin = uppy.getPlugin<TransferPlugin>(TransferPlugin.ID);
  let timer: ReturnType<typeof setTimeout> | null = null;

  const publish = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const files = uppy.getFiles();
    const tracks = plugin?.tracks ?? {};
    const begun = new Set(files.filter(({ id }) => tracks[id]).map(({ meta }) => meta.fingerprint));
    const left = unfinished.filter(({ meta }) => !begun.has(meta.fingerprint));
    store.set({ refused, unfinished: left, ...sorted(files, tracks) });
  };
  // Progress comes in a hundred small steps a second; a person sees ten.
  uppy.on("state-update", () => {
    timer ??= setTimeout(publish, PUBLISH_MS);
  });
  /** A verb that shows at once: what a hand did must not lag behind it. */
  const atOnce = <Args extends unknown[]>(verb: (...args: Args) => void) => (...args: Args) => {
    verb(...args);
    publish();
  };

  const removeWhere = (unwanted: (file: SongFile) => boolean) =>
    uppy.removeFiles(uppy.getFiles().filter(unwanted).map((file) => file.id));
  const statusOf = (id: string) => plugin?.tracks[id]?.status;
  const idsWhere = (wanted: (status: string | undefined) => boolean) =>
    uppy.getFiles().flatMap(({ id }) => (wanted(statusOf(id)) ? id : []));

  const isListed = (fingerprint: string) => uppy.getFiles().some(({ meta }) => meta.fingerprint === fingerprint);

  /** Add one file and start it at once, as the upload that it already is. */
  const goOn = ({ file, name, meta, upload_id }: KeptSong) => {
    const id = uppy.addFile({ data: file, name, type: file.type, meta });
    if (upload_id !== null) plugin?.claim(id, upload_id);
    void uppy.retryUpload(id);
  };

  /** Take up what an earlier page left: small songs by themselves, the others when their file is chosen again. */
  const recover = async () => {
    const { songs, isBusy } = await safekeeping.left();
    alive.signal.throwIfAborted();
    for (const song of songs) if (!isListed(song.meta.fingerprint)) goOn(song);
    const kept = new Set(songs.map(({ meta }) => meta.fingerprint));
    const isOurs = (fingerprint: string) => isBusy(fingerprint) || kept.has(fingerprint);
    unfinished = await findUnfinished(browserPorts, isOurs, alive.signal);
    publish();
  };
  // Best effort: when the service cannot be asked, the rest of the page says so.
  recover().catch(() => undefined);

  return {
    store,
    /** Add files as drafts, and note why the others were left out. */
    add: atOnce((files: readonly File[]) => {
      const reasons: string[] = [];
      const note = (file: SongFile | undefined) => {
        if (!file) return;
        const known = uppy.checkIfFileAlreadyExists(file.id);
        reasons.push(refusal({ name: file.name, size: file.size, known }, limits));
      };
      uppy.on("restriction-failed", note);
      uppy.addFiles(files.map(describe));
      uppy.off("restriction-failed", note);
      refused = reasons;
    }),
    edit: atOnce((local_id: string, details: Partial<Pick<SongMeta, "title" | "artist">>) => {
      uppy.setFileMeta(local_id, { ...uppy.getFile(local_id).meta, ...details });
    }),
    /** Start every draft with this mood. Settles per file; never rejects. */
    start: atOnce((mood: string) => {
      const drafts = uppy.getFiles().filter((file) => !statusOf(file.id));
      for (const { id, meta } of drafts) {
        const earlier = unfinishedOf(meta.fingerprint);
        if (earlier) plugin?.claim(id, earlier.upload_id);
      }
      uppy.patchFilesState(Object.fromEntries(drafts.map(({ id, meta }) => [id, { meta: { ...meta, mood } }])));
      refused = [];
      void uppy.upload();
    }),
    discardDrafts: atOnce(() => {
      refused = [];
      removeWhere((file) => !statusOf(file.id));
    }),
    /** Stop one, whatever its state, and let the service drop it. */
    remove: atOnce((local_id: string) => uppy.removeFile(local_id)),
    removeActive: atOnce(() => removeWhere((file) => isActive(statusOf(file.id)))),
    removeSettled: atOnce(() => removeWhere((file) => ["done", "failed"].includes(statusOf(file.id) ?? ""))),
    removeDone: atOnce(() => removeWhere((file) => statusOf(file.id) === "done")),
    /** Start again one that failed or was paused. */
    resume: atOnce((local_id: string) => void uppy.retryUpload(local_id)),
    resumeAll: atOnce(() => idsWhere((status) => status === "paused").forEach((id) => void uppy.retryUpload(id))),
    pause: atOnce((local_id: string) => plugin?.pause(local_id)),
    pauseAll: atOnce(() => idsWhere(isActive).forEach((id) => plugin?.pause(id))),
    /** Go on with the unfinished uploads of these files. False where a file belongs to none of them. */
    continueWith: (files: readonly File[]): boolean => {
      const known = files.flatMap((file) => {
        const earlier = unfinishedOf(fingerprintOf(file));
        return earlier ? { ...earlier, file, name: file.name } : [];
      });
      known.forEach(goOn);
      publish();
      return known.length === files.length;
    },
    /** Let the service drop an unfinished upload. */
    discard: atOnce((upload_id: string) => {
      drop(upload_id);
      // Best effort: what stays is swept when it expires.
      abortUpload(upload_id).catch(() => undefined);
    }),
    /** Stop all; what the store has stays, for the next page. */
    destroy: () => {
      alive.abort();
      safekeeping.releaseAll();
      if (plugin) uppy.removePlugin(plugin);
      uppy.destroy();
    },
  };
}

const PUBLISH_MS = 100;

function isActive(status: string | undefined): boolean {
  return status !== undefined && status !== "done" && status !== "failed";
}

function describe(file: File) {
  const relativePath = "relativePath" in file ? { relativePath: String(file.relativePath) } : {};
  return { data: file, name: file.name, type: file.type, meta: { ...guessSong(file.name), mood: "", fingerprint: fingerprintOf(file), ...relativePath } };
}

function sorted(files: SongFile[], tracks: TransferPlugin["tracks"]): Pick<UploadSnapshot, "drafts" | "uploads"> {
  const drafts: Draft[] = [];
  const uploads: Upload[] = [];
  for (const { id, name, meta, size } of files) {
    const track = tracks[id];
    const known = { local_id: id, size_bytes: size ?? 0 };
    if (track) uploads.push({ ...known, name: meta.title || name, mood: meta.mood, track });
    else drafts.push({ ...known, name, title: meta.title, artist: meta.artist });
  }
  return { drafts, uploads };
}
