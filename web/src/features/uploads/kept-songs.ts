/** Small songs under way, kept in the browser's own database, so that a reload does not stop them. Best effort. */
import { createStore, delMany, get, keys, set } from "idb-keyval";
import { config } from "../../config";
import type { SongMeta } from "./transfer-plugin";

export interface KeptSong {
  file: Blob;
  name: string;
  meta: SongMeta;
  /** Null where it was still waiting in line. */
  upload_id: string | null;
}

export type KeptSongs = ReturnType<typeof keepSongsOf>;

/** The kept songs of one person: whoever else uses this browser does not send them. */
export function keepSongsOf(owner: string) {
  const store = createStore("moodrop", "songs");
  const sizes = new Map<string, number>();
  const key = (what: "song" | "upload", fingerprint: string) => [owner, what, fingerprint];
  const hasRoom = (size: number) =>
    size <= config.keepMaxBytes && size + sum(sizes.values()) <= config.keepTotalBytes;

  return {
    async keep({ file, name, meta }: Omit<KeptSong, "upload_id">): Promise<void> {
      const { fingerprint } = meta;
      if (sizes.has(fingerprint) || !hasRoom(file.size)) return;
      sizes.set(fingerprint, file.size);
      await set(key("song", fingerprint), { file, name, meta }, store).catch(() => sizes.delete(fingerprint));
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
    const song = await get<Omit<KeptSong, "upload_id">>(key("song", fingerprint), store);
    if (!song) return null;
    sizes.set(fingerprint, song.file.size);
    return { ...song, upload_id: (await get<string>(key("upload", fingerprint), store)) ?? null };
  }
}

const ignore = () => undefined;

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}
