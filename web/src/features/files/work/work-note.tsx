/** What failed on a file and why, with a way to try again; or what the virus scanner found in it. */
import { useEffect, useState, type ReactNode } from "react";
import { announce } from "../../../lib/announce";
import { asApiError } from "../../../lib/api-error";
import { client, unwrap } from "../../../lib/http";
import { inWords } from "../../../lib/problem-words";
import type { FileRecord } from "../../../lib/types";
import { Button } from "../../../ui/button";
import { Icon } from "../../../ui/icon";
import { useWorkWords } from "./work-words";
import "./work-note.css";

export interface WorkNoteProps {
  file: FileRecord;
  mayRetry: boolean;
  /** The work was begun again. */
  onRetried: () => void;
}

type Job = Awaited<ReturnType<typeof failedJobs>>[number];

export function WorkNote({ file, mayRetry, onRetried }: WorkNoteProps) {
  const words = useWorkWords();
  const jobs = useFailedJobs(file);
  if (file.threat) return <Note title={words.threat(file.threat)} hint={words.threatHint} />;
  if (jobs.length === 0) return null;
  return (
    <Note title={words.title} hint={words.hint}>
      <ul>
        {jobs.map((job) => (
          <FailedJob key={job.kind} job={job} mayRetry={mayRetry} onRetried={onRetried} />
        ))}
      </ul>
    </Note>
  );
}

function Note({ title, hint, children }: { title: string; hint: string; children?: ReactNode }) {
  return (
    <section className="work-note" aria-label={title}>
      <h3>
        <Icon name="alert" size={20} /> {title}
      </h3>
      <p className="soft">{hint}</p>
      {children}
    </section>
  );
}

function FailedJob({ job, mayRetry, onRetried }: { job: Job } & Omit<WorkNoteProps, "file">) {
  const words = useWorkWords();
  const [busy, setBusy] = useState(false);
  const kind = words.kinds[job.kind] ?? job.kind;
  const retry = async () => {
    setBusy(true);
    try {
      await retryJob(job);
      announce(words.retrying, { shown: true });
      onRetried();
    } catch (error) {
      announce(inWords(asApiError(error)).detail, { shown: true });
      setBusy(false);
    }
  };
  return (
    <li>
      <p>
        <b>{kind}</b> {words.reasons[job.reason ?? ""] ?? words.unknown}
      </p>
      {job.detail && (
        <details>
          <summary>{words.details}</summary>
          <code dir="ltr">{job.detail}</code>
        </details>
      )}
      {mayRetry && (
        <Button icon="retry" aria-label={words.retryOf(kind)} disabled={busy} onClick={() => void retry()}>
          {words.retry}
        </Button>
      )}
    </li>
  );
}

function useFailedJobs({ file_id, media_state }: FileRecord): readonly Job[] {
  const [jobs, setJobs] = useState<readonly Job[]>([]);
  const failed = media_state === "failed";
  useEffect(() => {
    if (!failed) return undefined;
    const stop = new AbortController();
    failedJobs(file_id, stop.signal).then(setJobs, () => undefined);
    return () => stop.abort();
  }, [file_id, failed]);
  return failed ? jobs : [];
}

/** Messages to other servers are the operator's matter. */
const WEBHOOK = "webhook";

async function failedJobs(file_id: string, signal: AbortSignal) {
  const { jobs } = await unwrap(client.GET("/v1/files/{file_id}/jobs", { params: { path: { file_id } }, signal }));
  return jobs.filter(({ state, kind }) => state === "failed" && kind !== WEBHOOK);
}

async function retryJob({ file_id, kind }: Job): Promise<void> {
  await unwrap(client.POST("/v1/files/{file_id}/jobs/{kind}/retry", { params: { path: { file_id, kind } } }));
}
