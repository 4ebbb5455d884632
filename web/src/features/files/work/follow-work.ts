/** Asks the service how far the work on some files is, and reads those that have changed. */
import { asApiError, isAbort } from "../../../lib/api-error";
import { client, unwrap } from "../../../lib/http";
import type { FileRecord } from "../../../lib/types";
import { sleep } from "../../../lib/wait";
import { getFile } from "../api";

export interface FollowOptions {
  /** The files to ask about now: own ones that may change. */
  files: () => readonly FileRecord[];
  /** The files that have open jobs and a worker to do them. */
  onWorking: (file_ids: ReadonlySet<string>) => void;
  onFile: (file: FileRecord) => void;
  signal: AbortSignal;
  wait?: typeof sleep;
}

const FIRST_MS = 2000;
const SLOWER = 1.5;
const SLOWEST_MS = 10_000;
const LONGEST_MS = 30 * 60_000;
/** Open jobs in an answer, and files read after it. */
const JOBS = 200;
const READ_AT_ONCE = 10;
/** So often a file without jobs and without a state is read, for from some files nothing is made; and one that is gone. */
const TRIES = 8;

/** Return once there is nothing left to wait for, no worker, or nothing new for half an hour. Rejects if aborted. */
export async function followWork(options: FollowOptions): Promise<void> {
  const { signal, onWorking, wait = sleep } = options;
  const poll = pollerOf(options);
  let pause = FIRST_MS;
  let quiet = 0;
  try {
    while (quiet < LONGEST_MS) {
      await wait(pause, signal);
      const news = await poll().catch(afterFailure);
      if (news === "over") return;
      quiet = news === "changed" ? 0 : quiet + pause;
      pause = news === "changed" ? FIRST_MS : Math.min(pause * SLOWER, SLOWEST_MS);
    }
  } finally {
    onWorking(new Set());
  }
}

type News = "changed" | "same" | "over";

/** A service that is down may come back; one that refuses will refuse again. */
function afterFailure(error: unknown): News {
  if (isAbort(error)) throw error;
  const { status } = asApiError(error);
  return status >= 400 && status < 500 && status !== 429 ? "over" : "same";
}

function pollerOf({ files, onWorking, onFile, signal }: FollowOptions): () => Promise<News> {
  let before: ReadonlyMap<string, string> = new Map();
  const tried = new Map<string, number>();
  const isFollowed = ({ file_id }: FileRecord) => (tried.get(file_id) ?? 0) < TRIES;

  return async () => {
    const listed = files().filter(isFollowed);
    if (listed.length === 0) return "over";
    const { jobs, workers } = await openJobs(signal);
    if (!workers) return "over";
    const kinds = kindsByFile(jobs);
    onWorking(new Set(kinds.keys()));
    const moved = listed.filter(({ file_id }) => !kinds.has(file_id) || isOther(kinds.get(file_id), before.get(file_id)));
    before = kinds;
    const read = await Promise.all(moved.slice(0, READ_AT_ONCE).map((file) => readAgain(file, signal)));
    const changed = read.flatMap(({ file, isNew }) => (isNew ? [file] : []));
    for (const file of changed) onFile(file);
    for (const { file, isNew, isGone } of read) {
      const { file_id, media_state } = file;
      if (!isNew && (isGone || media_state === null)) tried.set(file_id, (tried.get(file_id) ?? 0) + 1);
    }
    return changed.length > 0 ? "changed" : "same";
  };
}

type OpenJobs = Awaited<ReturnType<typeof openJobs>>;

function openJobs(signal: AbortSignal) {
  return unwrap(client.GET("/v1/jobs", { params: { query: { state: "open", limit: JOBS } }, signal }));
}

function kindsByFile(jobs: OpenJobs["jobs"]): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const { file_id, kind } of jobs) kinds.set(file_id, `${kinds.get(file_id) ?? ""} ${kind}`);
  return kinds;
}

/** A film's poster is there long before its renditions. */
function isOther(kinds: string | undefined, before: string | undefined): boolean {
  return before !== undefined && kinds !== before;
}

interface Read {
  /** As it is now, or as it was known. */
  file: FileRecord;
  isNew: boolean;
  isGone: boolean;
}

async function readAgain(known: FileRecord, signal: AbortSignal): Promise<Read> {
  try {
    const file = await getFile(known.file_id, signal);
    return { file, isNew: JSON.stringify(file) !== JSON.stringify(known), isGone: false };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { file: known, isNew: false, isGone: asApiError(error).status === 404 };
  }
}
