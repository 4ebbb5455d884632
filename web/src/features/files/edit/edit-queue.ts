/** Edits of one file, one after the other: a field is often left before the one before it is saved. */
import type { FileEdits, FileRecord } from "../../../lib/types";
import { ChangedElsewhere, editFile } from "./edit-file";
import { applyEdits } from "./edit-many";

export class EditQueue {
  private newest: FileRecord | null = null;
  private waiting: readonly FileEdits[] = [];
  private last: Promise<unknown> = Promise.resolve();

  /**
   * Show the edit at once, and send it after those before it. Rejects with ChangedElsewhere or ApiError.
   * `show` gets each state of the file, with the edits that still wait.
   */
  edit(shown: FileRecord, edits: FileEdits, show: (file: FileRecord) => void): Promise<void> {
    this.waiting = [...this.waiting, edits];
    show(applyEdits(shown, edits));
    const turn = this.last.then(() => this.send(shown, edits, show));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async send(shown: FileRecord, edits: FileEdits, show: (file: FileRecord) => void): Promise<void> {
    // What was shown may hold edits before this one, but not yet their revision.
    const before = this.newest && this.newest.revision >= shown.revision ? this.newest : shown;
    let after = before;
    try {
      after = await editFile(before, edits);
    } catch (error) {
      if (error instanceof ChangedElsewhere) after = error.newer;
      throw error;
    } finally {
      this.newest = after;
      this.waiting = this.waiting.filter((one) => one !== edits);
      show(this.waiting.reduce(applyEdits, after));
    }
  }
}
