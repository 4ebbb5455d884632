/** What tells of a song under way beyond this page: that this tab is at it, and, of a small one, its bytes. */
import { heldNames, hold } from "../../lib/tab-locks";
import { keepSongsOf, type KeptSong } from "./kept-songs";
import type { SongFile } from "./transfer-plugin";

export type Safekeeping = ReturnType<typeof createSafekeeping>;

export function createSafekeeping(owner: string) {
  const kept = keepSongsOf(owner);
  const letGo = new Map<string, () => void>();
  const nameOf = (fingerprint: string) => `moodrop ${owner} ${fingerprint}`;

  const release = ({ meta: { fingerprint } }: SongFile) => {
    letGo.get(fingerprint)?.();
    letGo.delete(fingerprint);
  };

  return {
    /** It was started here. */
    take({ data, name, meta }: SongFile): void {
      if (!letGo.has(meta.fingerprint)) letGo.set(meta.fingerprint, hold(nameOf(meta.fingerprint)));
      if (data instanceof Blob) void kept.keep({ file: data, name, meta: { ...meta } });
    },
    note({ meta }: SongFile, upload_id: string): void {
      void kept.note(meta.fingerprint, upload_id);
    },
    /** It failed: another tab may take it up. */
    release,
    /** It is done, or not wanted any more. */
    drop(file: SongFile): void {
      release(file);
      void kept.drop(file.meta.fingerprint);
    },
    releaseAll(): void {
      for (const go of letGo.values()) go();
      letGo.clear();
    },
    /** Songs that an earlier page left here; and a test for those that some tab is at. */
    async left(): Promise<{ songs: KeptSong[]; isBusy: (fingerprint: string) => boolean }> {
      const [songs, names] = await Promise.all([kept.left(), heldNames()]);
      const isBusy = (fingerprint: string) => names.has(nameOf(fingerprint));
      return { songs: songs.filter(({ meta }) => !isBusy(meta.fingerprint)), isBusy };
    },
  };
}
