/** The uploads of one page: files are added, edited, started, paused and continued; snapshots show them all. */
import { createClient } from "../api/create-client.js";
import type { FileRecord } from "../api/types.js";
import { uploadCalls } from "../api/upload-calls.js";
import { createPersistence } from "../persistence/persistence.js";
import { browserPorts } from "../transfer/browser-ports.js";
import { prepareChecksums } from "../transfer/checksum.js";
import { DEFAULT_OPTIONS } from "../transfer/options.js";
import { createDrafts } from "./drafts.js";
import { splitEntries } from "./entry-list.js";
import { createFileChoice } from "./file-choice.js";
import { createLibraryCheck } from "./library-check.js";
import { createPublisher } from "./publisher.js";
import { Recovery } from "./recovery.js";
import { mayBeCover } from "./restrictions.js";
import type { UploadsSnapshot } from "./snapshot.js";
import { percentOf, type Draft } from "./upload-progress.js";
import { UploadQueue } from "./upload-queue.js";
import { createVerbs } from "./upload-verbs.js";
import type { UploadsOptions } from "./uploads-options.js";

export type MoodropUploads = ReturnType<typeof createUploads>;

export function createUploads(options: UploadsOptions = {}) {
  const transferOptions = { ...DEFAULT_OPTIONS, ...options.transferOptions };
  const calls = uploadCalls(options.client ?? createClient(options));
  const persistence = options.owner === undefined ? null : createPersistence(options.owner, transferOptions);
  const alive = new AbortController();
  const { signal } = alive;
  const publisher = createPublisher(buildSnapshot);
  const onChange = publisher.publish;

  const ports = browserPorts(calls, transferOptions);
  const onEdited = (file: FileRecord) => options.onEdited?.(file);

  const queue = new UploadQueue({
    ports,
    abort: (upload_id) => calls.abort(upload_id),
    started_ahead: transferOptions.started_ahead,
    persistence,
    whenDescribed: (local_id) => drafts.whenDescribed(local_id),
    acceptsCover: (cover) => mayBeCover(cover, options.limits ?? {}),
    onChange: publisher.schedule,
    onUploaded: (file, entry) => options.onUploaded?.(file, entry),
    onDone(file) {
      recovery.forget(file.file_id);
      options.onDone?.(file);
    },
    onEdited,
    onEditFailed: (entry, error) => options.onEditFailed?.(entry, error),
    onContinued: (entry, bytes) => options.onContinued?.(entry, percentOf(bytes, entry.size_bytes)),
    onFailed: (entry, error) => options.onFailed?.(entry, error),
    onCoverFailed: (entry, error) => options.onCoverFailed?.(entry, error),
  });
  const describe = async (draft: Draft) => options.describe?.(draft) ?? {};
  const drafts = createDrafts(queue, describe, transferOptions.describe_within_ms, signal);
  const library = createLibraryCheck(calls, transferOptions.find_known_ms, signal, onChange);
  const recovery = new Recovery({ calls, ports, queue, drafts, persistence, signal, onEdited, onChange });
  const choice = createFileChoice({
    queue,
    drafts,
    limits: options.limits,
    signal,
    check(chosen) {
      if (chosen.length > 0) prepareChecksums();
      if (options.findKnown) void library.check(chosen);
    },
    onChange,
  });

  function buildSnapshot(): UploadsSnapshot {
    const entries = splitEntries(queue.all());
    const draftIds = new Set(entries.drafts.map(({ local_id }) => local_id));
    const started = new Set(entries.uploads.map(({ fingerprint }) => fingerprint));
    return {
      ...entries,
      refused: choice.refused(),
      known: library.known().filter(({ local_id }) => draftIds.has(local_id)),
      unfinished: recovery.unfinished().filter(({ fingerprint }) => !started.has(fingerprint)),
    };
  }

  recovery.run();

  return {
    /** The current state; a new object after each change. */
    snapshot: publisher.snapshot,
    /** Call `listener` after each change. Returns how to stop. */
    subscribe: publisher.subscribe,
    ...createVerbs({ queue, choice, library, recovery, onChange }),
    /** Stop everything. What the store has stays there for the next page. */
    destroy(): void {
      alive.abort();
      publisher.unsubscribeAll();
      persistence?.releaseAll();
      queue.destroy();
    },
  };
}
