/** Small songs under way, kept in the browser's own database, so that a reload does not stop them. Best effort. */
import { createStore, delMany, get, keys, set } from "idb-keyval";
import type { Tuning } from "./tuning.js";
import type { Draft } from "./upload-state.js";

/** What outlives the page: a draft of this page has its id from this page. */
type Keepsake = Pick<Draft, "file" | "filename" | "content_type" | "fingerprint" | "meta">;

export interface KeptSong extends Keepsake {
  /** Null where it was still waiting in line. */
  upload_id: string | null;
}

/** The kept songs of one person: whoever else uses this browser does not send them. */
export function keepSongsOf(owner: string, tuning: Tuning) {
  const store = createStore("moodrop", "songs");
  const sizes = new Map<string, number>();
  const key = (what: "song" | "upload", fingerprint: string) => [owner, what, fingerprint];
  const hasRoom = (size: number) =>
    size <= tuning.keep_max_bytes && size + sum(sizes.values()) <= tuning.keep_total_bytes;

  return {
    async keep({ file, filename, content_type, fingerprint, meta }: Keepsake): Promise<void> {
      if (sizes.has(fingerprint) || !hasRoom(file.size)) return;
      sizes.set(fingerprint, file.size);
      const keepsake: Keepsake = { file, filename, content_type, fingerprint, meta };
      await set(key("song", fingerprint), keepsake, store).catch(() => sizes.delete(fingerprint));
    },
    /** Which upload it became, so that after a reload it goes on with that one. */
    async note(fingerprint: string, upload_id: string): Promise<void> {
      if (sizes.has(fingerprint)) await set(key("upload", fingerprint), upload_id, store).catch(ignore);
    },
    async drop(fingerprint: string): Promise<void> {
      sizes.delete(fingerprint);
      await delMany([key("song", fingerprint), key("upload", fingerprint)], store).catch(ignore);
    },
    /** What an earlier page left. */
    async left(): Promise<KeptSong[]> {
      const all = await keys<string[]>(store).catch(() => []);
      const own = all.filter(([of, what]) => of === owner && what === "song");
      const songs = await Promise.all(own.map(([, , fingerprint = ""]) => read(fingerprint)));
      return songs.filter((song) => song !== null);
    },
  };

  async function read(fingerprint: string): Promise<KeptSong | null> {
    const song = await get<Keepsake>(key("song", fingerprint), store);
    if (!song) return null;
    sizes.set(fingerprint, song.file.size);
    return { ...song, upload_id: (await get<string>(key("upload", fingerprint), store)) ?? null };
  }
}

const ignore = () => undefined;

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}
