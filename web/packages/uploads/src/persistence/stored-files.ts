/**
 * Small songs under way, and pictures of songs of any size, kept in the browser's own database over a reload. Best
 * effort: nothing here rejects. A database may also never answer, so nobody may wait for it.
 */
import { createStore, delMany, get, keys, set, type UseStore } from "idb-keyval";
import type { TransferOptions } from "../transfer/options.js";
import type { Draft } from "../queue/upload-progress.js";

/** What outlives the page: a draft of this page has its id from this page. */
type StoredDraft = Pick<Draft, "file" | "filename" | "content_type" | "fingerprint" | "meta">;

export interface StoredFile extends StoredDraft {
  /** Null where it was still waiting in line. */
  upload_id: string | null;
}

/** A picture that its song still lacks: all that is left to send of the draft, and so its `file`. */
export interface StoredCover {
  /** The song's. */
  upload_id: string;
  draft: StoredDraft;
}

/** `song` is a song's bytes, `upload` the id that it has at the service, `cover` its picture. */
type Kind = "song" | "upload" | "cover";

/** What is kept for one person: whoever else uses this browser does not send it. */
export function openFileStore(owner: string, options: TransferOptions) {
  const store = rejecting(createStore("moodrop", "songs"));
  const sizes = new Map<string, number>();
  const key = (kind: Kind, fingerprint: string) => [owner, kind, fingerprint];
  const hasRoom = (size: number) =>
    size <= options.keep_max_bytes && size + sum(sizes.values()) <= options.keep_total_bytes;

  return {
    async keep({ file, filename, content_type, fingerprint, meta }: StoredDraft): Promise<void> {
      if (sizes.has(nameOf("song", fingerprint))) return;
      const song: StoredDraft = { file, filename, content_type, fingerprint, meta };
      await put("song", fingerprint, file.size, song);
    },
    /** Which upload it became, so that after a reload it goes on with that one. */
    async note(fingerprint: string, upload_id: string): Promise<void> {
      if (sizes.has(nameOf("song", fingerprint))) await set(key("upload", fingerprint), upload_id, store).catch(ignore);
    },
    async keepCover({ filename, content_type, fingerprint, meta }: StoredDraft, cover: Blob, upload_id: string): Promise<void> {
      const kept: StoredCover = { upload_id, draft: { file: cover, filename, content_type, fingerprint, meta } };
      await put("cover", fingerprint, cover.size, kept);
    },
    /** The song is there: only its picture is still to be kept. */
    dropSong: (fingerprint: string) => drop(fingerprint, ["song", "upload"]),
    drop: (fingerprint: string) => drop(fingerprint, ["song", "upload", "cover"]),
    /** What an earlier page left: songs, with their pictures if they have any, and pictures of others. */
    async left(): Promise<{ songs: StoredFile[]; covers: StoredCover[] }> {
      const all = await keys<[string, Kind, string]>(store).catch(() => []);
      const own = (wanted: Kind) => all.flatMap(([of, kind, fingerprint]) => (of === owner && kind === wanted ? fingerprint : []));
      const small = own("song");
      const others = own("cover").filter((fingerprint) => !small.includes(fingerprint));
      const songs = await Promise.all(small.map(readSong));
      const covers = await Promise.all(others.map(readCover));
      return { songs: songs.filter((song) => song !== null), covers: covers.filter((cover) => cover !== null) };
    },
  };

  async function put(kind: Kind, fingerprint: string, size_bytes: number, kept: StoredDraft | StoredCover): Promise<void> {
    if (!hasRoom(size_bytes)) return;
    sizes.set(nameOf(kind, fingerprint), size_bytes);
    await set(key(kind, fingerprint), kept, store).catch(() => sizes.delete(nameOf(kind, fingerprint)));
  }

  async function drop(fingerprint: string, kinds: readonly Kind[]): Promise<void> {
    for (const kind of kinds) sizes.delete(nameOf(kind, fingerprint));
    await delMany(kinds.map((kind) => key(kind, fingerprint)), store).catch(ignore);
  }

  async function readSong(fingerprint: string): Promise<StoredFile | null> {
    const song = await get<StoredDraft>(key("song", fingerprint), store).catch(ignore);
    if (!song) return null;
    sizes.set(nameOf("song", fingerprint), song.file.size);
    return { ...song, upload_id: (await get<string>(key("upload", fingerprint), store).catch(ignore)) ?? null };
  }

  async function readCover(fingerprint: string): Promise<StoredCover | null> {
    const kept = await get<StoredCover>(key("cover", fingerprint), store).catch(ignore);
    if (!kept) return null;
    sizes.set(nameOf("cover", fingerprint), kept.draft.file.size);
    return kept;
  }
}

/** A browser may throw already when it is asked for its database. */
function rejecting(store: UseStore): UseStore {
  return async (mode, callback) => store(mode, callback);
}

function nameOf(kind: Kind, fingerprint: string): string {
  return `${kind} ${fingerprint}`;
}

const ignore = () => undefined;

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}
