/** What tells of a song under way beyond this page: that this tab is at it, its picture, and, of a small one, its bytes. */
import { openFileStore, type StoredCover, type StoredFile } from "./stored-files.js";
import { heldNames, hold } from "./tab-locks.js";
import type { TransferOptions } from "../transfer/options.js";
import type { Draft } from "../queue/upload-progress.js";

export type Persistence = ReturnType<typeof createPersistence>;

export interface Left {
  songs: StoredFile[];
  covers: StoredCover[];
  isBusy: (fingerprint: string) => boolean;
}

export function createPersistence(owner: string, options: TransferOptions) {
  const kept = openFileStore(owner, options);
  const letGo = new Map<string, () => void>();
  const nameOf = (fingerprint: string) => `moodrop ${owner} ${fingerprint}`;

  const claim = ({ fingerprint }: Draft) => {
    if (!letGo.has(fingerprint)) letGo.set(fingerprint, hold(nameOf(fingerprint)));
  };

  const release = ({ fingerprint }: Pick<Draft, "fingerprint">) => {
    letGo.get(fingerprint)?.();
    letGo.delete(fingerprint);
  };

  return {
    /** It was started here. */
    take(draft: Draft): void {
      claim(draft);
      void kept.keep(draft);
    },
    /** Only its picture was started here. */
    claim,
    /** The service knows it; its picture is to be sent after it. */
    note(draft: Draft, upload_id: string, cover: Blob | null): void {
      void kept.note(draft.fingerprint, upload_id);
      if (cover) void kept.keepCover(draft, cover, upload_id);
    },
    /** It is there; its picture is not yet. */
    dropSong({ fingerprint }: Draft): void {
      void kept.dropSong(fingerprint);
    },
    /** It failed: another tab may take it up. */
    release,
    /** It is done, or not wanted any more. */
    drop(draft: Pick<Draft, "fingerprint">): void {
      release(draft);
      void kept.drop(draft.fingerprint);
    },
    releaseAll(): void {
      for (const go of letGo.values()) go();
      letGo.clear();
    },
    /** What an earlier page left here; and a test for songs that some tab is at. */
    async left(): Promise<Left> {
      const [{ songs, covers }, names] = await Promise.all([kept.left(), heldNames()]);
      const isBusy = (fingerprint: string) => names.has(nameOf(fingerprint));
      const isFree = ({ fingerprint }: Pick<Draft, "fingerprint">) => !isBusy(fingerprint);
      return { songs: songs.filter(isFree), covers: covers.filter(({ draft }) => isFree(draft)), isBusy };
    },
  };
}
