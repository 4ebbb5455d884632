/** What tells of a song under way beyond this page: that this tab is at it, and, of a small one, its bytes. */
import { keepSongsOf, type KeptSong } from "./kept-songs.js";
import { heldNames, hold } from "./tab-locks.js";
import type { Tuning } from "./tuning.js";
import type { Draft } from "./upload-state.js";

export type Safekeeping = ReturnType<typeof createSafekeeping>;

export function createSafekeeping(owner: string, tuning: Tuning) {
  const kept = keepSongsOf(owner, tuning);
  const letGo = new Map<string, () => void>();
  const nameOf = (fingerprint: string) => `moodrop ${owner} ${fingerprint}`;

  const release = ({ fingerprint }: Draft) => {
    letGo.get(fingerprint)?.();
    letGo.delete(fingerprint);
  };

  return {
    /** It was started here. */
    take(draft: Draft): void {
      const { fingerprint } = draft;
      if (!letGo.has(fingerprint)) letGo.set(fingerprint, hold(nameOf(fingerprint)));
      void kept.keep(draft);
    },
    note({ fingerprint }: Draft, upload_id: string): void {
      void kept.note(fingerprint, upload_id);
    },
    /** It failed: another tab may take it up. */
    release,
    /** It is done, or not wanted any more. */
    drop(draft: Draft): void {
      release(draft);
      void kept.drop(draft.fingerprint);
    },
    releaseAll(): void {
      for (const go of letGo.values()) go();
      letGo.clear();
    },
    /** Songs that an earlier page left here; and a test for those that some tab is at. */
    async left(): Promise<{ songs: KeptSong[]; isBusy: (fingerprint: string) => boolean }> {
      const [songs, names] = await Promise.all([kept.left(), heldNames()]);
      const isBusy = (fingerprint: string) => names.has(nameOf(fingerprint));
      return { songs: songs.filter(({ fingerprint }) => !isBusy(fingerprint)), isBusy };
    },
  };
}
