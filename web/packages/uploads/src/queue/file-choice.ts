/** Takes chosen files in as drafts, and says which were left out and why. */
import type { FileMeta } from "../api/types.js";
import { toDraft, type Drafts, type NewDraft } from "./drafts.js";
import { reasonAgainst, type Refusal, type RefusalReason, type Restrictions } from "./restrictions.js";
import { freeTwin, isAmong, isTwin } from "./twins.js";
import type { Draft } from "./upload-progress.js";
import type { UploadQueue } from "./upload-queue.js";

export type TakeDrafts = (drafts: readonly Draft[]) => void;

export interface FileChoiceOptions {
  queue: UploadQueue;
  drafts: Drafts;
  limits: Restrictions | undefined;
  signal: AbortSignal;
  /** Check whether the library has these. */
  check: TakeDrafts;
  onChange: () => void;
}

export type FileChoice = ReturnType<typeof createFileChoice>;

export function createFileChoice({ queue, drafts, limits, signal, check, onChange }: FileChoiceOptions) {
  let refused: readonly Refusal[] = [];
  let discarded = 0;
  let comparing = Promise.resolve();
  /** The files that are still being compared, as they will be added. */
  const compared = new Set<NewDraft>();

  const twinsOf = ({ fingerprint }: NewDraft) => queue.all().filter((entry) => isTwin(entry.fingerprint, fingerprint));
  const isListed = (fingerprint: string) => queue.all().some((entry) => entry.fingerprint === fingerprint);

  function refuse({ filename, file }: NewDraft, reason: RefusalReason): void {
    refused = [...refused, { filename, size_bytes: file.size, reason }];
  }

  /** Files with the same name, size and date are compared one after another, because each may equal the one before. */
  function addTwin(given: NewDraft, take: TakeDrafts): void {
    const choice = discarded;
    const draft = { ...given };
    compared.add(draft);
    comparing = comparing.then(async () => {
      const isKnown = await isAmong(draft.file, twinsOf(draft));
      compared.delete(draft);
      if (signal.aborted || choice !== discarded) return;
      if (isKnown) refuse(draft, "known");
      else take([drafts.add({ ...draft, fingerprint: freeTwin(draft.fingerprint, isListed) })]);
      onChange();
    });
  }

  /** Returns the draft, unless the file is left out or has yet to be compared. */
  function addOne(draft: NewDraft, take: TakeDrafts): Draft[] {
    const twins = twinsOf(draft);
    const reason = twins.some((twin) => twin.file === draft.file) ? "known" : reasonAgainst(draft, limits);
    if (reason) refuse(draft, reason);
    else if (twins.length === 0) return [drafts.add(draft)];
    else addTwin(draft, take);
    return [];
  }

  return {
    refused: () => refused,
    /** `take` is called with the drafts; by default the library is asked whether it has them. */
    add(files: readonly File[], meta: Pick<FileMeta, "mood"> & Partial<FileMeta>, take: TakeDrafts = check): void {
      refused = [];
      take(files.flatMap((file) => addOne(toDraft(file, meta), take)));
    },
    /** Edit those that are still being compared: whoever edits all files means them too. */
    editAll(meta: Partial<FileMeta>): void {
      for (const draft of compared) draft.meta = { ...draft.meta, ...meta };
    },
    clearRefused(): void {
      refused = [];
    },
    /** Forget the choice, and the files that are still being compared. */
    discard(): void {
      refused = [];
      discarded += 1;
    },
  };
}
