/** Brings a recorded file to what a person entered while it was on its way. */
import { ApiError } from "../api/api-error.js";
import type { FileEdits, FileRecord } from "../api/types.js";
import { RetryPolicy, SHORT_TRIES, withRetries, type RetryPorts } from "./retry-policy.js";

export interface EditPorts extends RetryPorts {
  getFile(file_id: string, signal: AbortSignal): Promise<FileRecord>;
  /** Rejects with ApiError 412, `file_changed`, if the file has changed since `file` was read. */
  editFile(file: FileRecord, edits: FileEdits, signal: AbortSignal): Promise<FileRecord>;
}

/** Times that other fields of the file may change meanwhile: by its cover, or by the person elsewhere. */
const MAX_ROUNDS = 5;

/**
 * Edit the file as it was read, even if other fields have changed since. Rejects with ApiError: 412, `file_changed`, if
 * somebody has changed the same fields.
 */
export async function saveEdits(file: FileRecord, edits: FileEdits, ports: EditPorts, signal: AbortSignal): Promise<FileRecord> {
  const retries = () => new RetryPolicy(ports, signal, SHORT_TRIES, () => undefined);
  let before = file;
  for (let round = 1; ; round += 1) {
    const known = before;
    try {
      return await withRetries(() => ports.editFile(known, edits, signal), retries());
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412 || round === MAX_ROUNDS) throw error;
      before = await withRetries(() => ports.getFile(known.file_id, signal), retries());
      if (Object.keys(editsBetween(before, edits)).length === 0) return before;
      if (!isUntouched(edits, known, before)) throw error;
    }
  }
}

/** Return those of `edits` that the file does not have. */
export function editsBetween(file: FileRecord, edits: FileEdits): FileEdits {
  return Object.fromEntries(Object.entries(edits).filter(([field, value]) => !isSame(valueOf(file, field), value)));
}

function isUntouched(edits: FileEdits, one: FileRecord, other: FileRecord): boolean {
  return Object.keys(edits).every((field) => isSame(valueOf(one, field), valueOf(other, field)));
}

const valueOf = (file: Partial<Record<string, unknown>>, field: string) => file[field];

/** Tags are lists, and no tags are an empty one. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? []) === JSON.stringify(other ?? []);
}
