/** The songs on their way: Uppy behind the few verbs that the page needs. */
import { Uppy, type Body } from "@uppy/core";
import { config } from "../../config";
import type { FileRecord, Limits } from "../../lib/types";
import { createStore } from "../../lib/store";
import { sleep, untilOnline } from "../../lib/wait";
import { abortUpload, confirmUpload, freshTransfer, startUpload } from "./api";
import { sha256 } from "./checksum";
import { putFile } from "./put-file";
import { refusal } from "./restrictions";
import { guessSong } from "./song-title";
import type { TransferPorts } from "./transfer";
import { TransferPlugin, type SongFile, type SongMeta } from "./transfer-plugin";
import type { Draft, Failure, Upload } from "./upload-state";

export interface UploadSnapshot {
  /** Chosen, not yet started. */
  drafts: readonly Draft[];
  /** One sentence for each file of the last choice that was left out. */
  refused: readonly string[];
  /** Started, in the order of starting. */
  uploads: readonly Upload[];
}

export interface UploadQueueEvents {
  onDone(file: FileRecord): void;
  onFailed(name: string, failure: Failure): void;
}

export type UploadQueue = ReturnType<typeof createUploadQueue>;

const browserPorts: TransferPorts = {
  start: startUpload,
  freshTransfer,
  confirm: confirmUpload,
  checksum: async (file, signal) => (file.size <= config.checksumMaxBytes ? sha256(file, signal) : null),
  put: (transfer, file, options) => putFile(transfer, file, { ...options, stallAfterMs: config.stallAfterMs }),
  isOnline: () => navigator.onLine,
  untilOnline,
  sleep,
};

export function createUploadQueue(limits: Limits, events: UploadQueueEvents, ports = browserPorts) {
  const uppy = new Uppy<SongMeta, Body>({
    allowMultipleUploadBatches: true,
    restrictions: {
      maxFileSize: limits.max_upload_bytes,
      allowedFileTypes: [...limits.allowed_content_types],
    },
  });
  uppy.use(TransferPlugin, {
    ports,
    abort: abortUpload,
    simultaneous: config.simultaneousUploads,
    ...events,
  });
  const plugin = uppy.getPlugin<TransferPlugin>(TransferPlugin.ID);
  const store = createStore<UploadSnapshot>({ drafts: [], refused: [], uploads: [] });
  let refused: readonly string[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  const publish = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    store.set({ refused, ...sorted(uppy.getFiles(), plugin?.tracks ?? {}) });
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
    retry: atOnce((local_id: string) => void uppy.retryUpload(local_id)),
    destroy: () => uppy.destroy(),
  };
}

const PUBLISH_MS = 100;

function isActive(status: string | undefined): boolean {
  return status !== undefined && status !== "done" && status !== "failed";
}

function describe(file: File) {
  const relativePath = "relativePath" in file ? { relativePath: String(file.relativePath) } : {};
  return { data: file, name: file.name, type: file.type, meta: { ...guessSong(file.name), mood: "", ...relativePath } };
}

function sorted(files: SongFile[], tracks: TransferPlugin["tracks"]): Omit<UploadSnapshot, "refused"> {
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
