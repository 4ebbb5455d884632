/**
 * Small files that are being uploaded, and covers of files of any size, in the browser's own database, to survive a
 * reload. Best effort: nothing here rejects. The database may never answer, so nothing may wait for it without a limit.
 */
import { createStore, delMany, get, keys, set, type UseStore } from "idb-keyval";
import type { FileMeta } from "../api/types.js";
import { changesOf, fieldsOf } from "../metadata/edits.js";
import type { Draft } from "../queue/upload-progress.js";
import type { TransferOptions } from "../transfer/options.js";

/** A draft without what belongs to its page alone, such as its local id. */
type StoredDraft = Pick<Draft, "file" | "filename" | "content_type" | "fingerprint" | "meta" | "edited">;

export interface StoredFile extends StoredDraft {
  /** Null if the file was still waiting in the queue. */
  upload_id: string | null;
}

/** A cover that its file still lacks. */
export interface StoredCover {
  /** The upload of the file. */
  upload_id: string;
  /** Its `file` is the cover: nothing else is left to send. */
  draft: StoredDraft;
}

/** What a person changed of a file after its start. */
export interface StoredEdits {
  /** Null: the service did not know the upload yet. */
  upload_id: string | null;
  fingerprint: string;
  /** The changed fields alone. */
  meta: Partial<FileMeta>;
}

/** Part of the keys in the database. `song`: the bytes of a file, `upload`: its upload id, `cover`: its cover. */
type Kind = "song" | "upload" | "cover" | "edits";

/** What is stored for one owner: nobody else who uses this browser sends it. */
export function openFileStore(owner: string, options: TransferOptions) {
  const database = rejectingStore(createStore("moodrop", "songs"));
  const sizes = new Map<string, number>();
  const key = (kind: Kind, fingerprint: string) => [owner, kind, fingerprint];
  const hasRoom = (size: number) =>
    size <= options.keep_max_bytes && size + sum(sizes.values()) <= options.keep_total_bytes;

  return {
    async put({ file, filename, content_type, fingerprint, meta }: StoredDraft): Promise<void> {
      if (sizes.has(nameOf("song", fingerprint))) return;
      await write("song", fingerprint, file.size, { file, filename, content_type, fingerprint, meta });
    },
    /** Note which upload a file became, so that it continues after a reload. */
    async putUploadId(fingerprint: string, upload_id: string): Promise<void> {
      if (sizes.has(nameOf("song", fingerprint))) await set(key("upload", fingerprint), upload_id, database).catch(ignore);
    },
    async putCover({ filename, content_type, fingerprint, meta }: StoredDraft, cover: Blob, upload_id: string): Promise<void> {
      const draft = { file: cover, filename, content_type, fingerprint, meta };
      await write("cover", fingerprint, cover.size, { upload_id, draft } satisfies StoredCover);
    },
    async putEdits(draft: Draft, upload_id: string | null): Promise<void> {
      const { fingerprint } = draft;
      const edits: StoredEdits = { upload_id, fingerprint, meta: changesOf(draft) };
      await set(key("edits", fingerprint), edits, database).catch(ignore);
    },
    dropEdits: (fingerprint: string) => erase(fingerprint, ["edits"]),
    /** Drop a file, but not its cover, nor what was changed of it. */
    dropFile: (fingerprint: string) => erase(fingerprint, ["song", "upload"]),
    drop: (fingerprint: string) => erase(fingerprint, ["song", "upload", "cover", "edits"]),
    /** Load what an earlier page left: files as they were last edited, and the covers and the edits of other files. */
    async load(): Promise<{ files: StoredFile[]; covers: StoredCover[]; edits: StoredEdits[] }> {
      const all = await keys<[string, Kind, string]>(database).catch(() => []);
      const own = (kind: Kind) => all.flatMap(([of, each, fingerprint]) => (of === owner && each === kind ? fingerprint : []));
      const small = own("song");
      const others = own("cover").filter((fingerprint) => !small.includes(fingerprint));
      const files = await Promise.all(small.map(readFile));
      const covers = await Promise.all(others.map(readCover));
      const edits = (await Promise.all(own("edits").map(readEdits))).filter((one) => one !== null);
      return {
        files: files.filter((file) => file !== null).map((file) => withEdits(file, edits)),
        covers: covers.filter((cover) => cover !== null),
        edits: edits.filter(({ fingerprint }) => !small.includes(fingerprint)),
      };
    },
  };

  async function write(kind: Kind, fingerprint: string, size_bytes: number, value: StoredDraft | StoredCover): Promise<void> {
    if (!hasRoom(size_bytes)) return;
    sizes.set(nameOf(kind, fingerprint), size_bytes);
    await set(key(kind, fingerprint), value, database).catch(() => sizes.delete(nameOf(kind, fingerprint)));
  }

  async function erase(fingerprint: string, kinds: readonly Kind[]): Promise<void> {
    for (const kind of kinds) sizes.delete(nameOf(kind, fingerprint));
    await delMany(kinds.map((kind) => key(kind, fingerprint)), database).catch(ignore);
  }

  async function readFile(fingerprint: string): Promise<StoredFile | null> {
    const draft = await get<StoredDraft>(key("song", fingerprint), database).catch(ignore);
    if (!draft) return null;
    sizes.set(nameOf("song", fingerprint), draft.file.size);
    return { ...draft, upload_id: (await get<string>(key("upload", fingerprint), database).catch(ignore)) ?? null };
  }

  async function readEdits(fingerprint: string): Promise<StoredEdits | null> {
    return (await get<StoredEdits>(key("edits", fingerprint), database).catch(ignore)) ?? null;
  }

  async function readCover(fingerprint: string): Promise<StoredCover | null> {
    const cover = await get<StoredCover>(key("cover", fingerprint), database).catch(ignore);
    if (!cover) return null;
    sizes.set(nameOf("cover", fingerprint), cover.draft.file.size);
    return cover;
  }
}

/** The changed fields are noted: the service may know others. */
export function withEdits<T extends Pick<Draft, "fingerprint" | "meta">>(file: T, edits: readonly StoredEdits[]): T & Pick<Draft, "edited"> {
  const match = edits.find(({ fingerprint }) => fingerprint === file.fingerprint);
  if (!match) return file;
  return { ...file, meta: { ...file.meta, ...match.meta }, edited: fieldsOf(match.meta) };
}

/** A browser may throw as soon as it is asked for its database: this store rejects instead. */
function rejectingStore(store: UseStore): UseStore {
  return async (mode, callback) => store(mode, callback);
}

function nameOf(kind: Kind, fingerprint: string): string {
  return `${kind} ${fingerprint}`;
}

const ignore = () => undefined;

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}
