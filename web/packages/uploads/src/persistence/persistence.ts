/** What other pages and tabs can see of an upload: that this tab sends it, its cover, and the bytes of a small file. */
import type { Draft } from "../queue/upload-progress.js";
import type { TransferOptions } from "../transfer/options.js";
import { openFileStore, type StoredCover, type StoredEdits, type StoredFile } from "./stored-files.js";
import { lockName, listLockNames } from "./tab-locks.js";

export type Persistence = ReturnType<typeof createPersistence>;

export interface StoredUploads {
  files: StoredFile[];
  covers: StoredCover[];
  /** Those of files that are not among `files`. */
  edits: StoredEdits[];
  /** Whether some tab is uploading this file. */
  isBusy: (fingerprint: string) => boolean;
}

export function createPersistence(owner: string, options: TransferOptions) {
  const store = openFileStore(owner, options);
  const locks = new Map<string, () => void>();
  const nameOf = (fingerprint: string) => `moodrop ${owner} ${fingerprint}`;

  const claim = ({ fingerprint }: Draft) => {
    if (!locks.has(fingerprint)) locks.set(fingerprint, lockName(nameOf(fingerprint)));
  };

  const release = ({ fingerprint }: Pick<Draft, "fingerprint">) => {
    locks.get(fingerprint)?.();
    locks.delete(fingerprint);
  };

  return {
    /** The upload of this file started here. */
    store(draft: Draft): void {
      claim(draft);
      if (!draft.edited?.length) void store.dropEdits(draft.fingerprint);
      void store.put(draft);
    },
    /** What a person has changed since the start. `upload_id`: null until the service knows the upload. */
    noteEdits(draft: Draft, upload_id: string | null): void {
      void store.putEdits(draft, upload_id);
    },
    dropEdits({ fingerprint }: Pick<Draft, "fingerprint">): void {
      void store.dropEdits(fingerprint);
    },
    /** Only the upload of its cover started here. */
    claim,
    /** The service knows the upload; the cover is sent after the file. */
    noteUpload(draft: Draft, upload_id: string, cover: Blob | null): void {
      void store.putUploadId(draft.fingerprint, upload_id);
      if (cover) void store.putCover(draft, cover, upload_id);
    },
    /** The file is uploaded; its cover is not yet. */
    dropFile({ fingerprint }: Draft): void {
      void store.dropFile(fingerprint);
    },
    /** The upload failed: another tab may take it up. */
    release,
    /** The upload is done, or was removed. */
    drop(draft: Pick<Draft, "fingerprint">): void {
      release(draft);
      void store.drop(draft.fingerprint);
    },
    releaseAll(): void {
      for (const unlock of locks.values()) unlock();
      locks.clear();
    },
    /** Load what an earlier page left and no tab is uploading. */
    async load(): Promise<StoredUploads> {
      const [{ files, covers, edits }, names] = await Promise.all([store.load(), listLockNames()]);
      const isBusy = (fingerprint: string) => names.has(nameOf(fingerprint));
      const isFree = ({ fingerprint }: Pick<Draft, "fingerprint">) => !isBusy(fingerprint);
      return { files: files.filter(isFree), covers: covers.filter(({ draft }) => isFree(draft)), edits: edits.filter(isFree), isBusy };
    },
  };
}
