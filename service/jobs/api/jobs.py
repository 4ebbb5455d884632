"""/v1/jobs and the jobs of a file: list, retry."""

from datetime import datetime

from flask import Response

from service.jobs.api.ports import ready_ports
from service.jobs.api.schemas import (
    FileJobsAnswer,
    FileJobsPath,
    JobAnswer,
    JobPath,
    JobsPage,
    JobsQuery,
)
from service.jobs.model import Job, JobQuery
from service.jobs.usecases.view import count_workers, list_file_jobs, list_jobs, retry_job
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.compression import compressor
from service.shared.api.conditions import unchanged_or
from service.shared.api.context import answer, caller, context
from service.shared.api.contract import UNCHANGED, problems
from service.shared.api.signed_cursors import SignedCursors
from service.shared.errors import Conflict, NotFound
from service.shared.scopes import FILES_READ, FILES_WRITE

blueprint = secured_blueprint("jobs", "/v1", tag="jobs", scopes=(FILES_READ,), call_scopes={"retry": (FILES_WRITE,)})


@blueprint.get("/jobs", responses={200: JobsPage} | UNCHANGED)
@compressor.compressed()
def index(query: JobsQuery) -> Response:
    """List your jobs that are waiting or running, or those that failed, newest first, by page."""
    ports, who, cursors = ready_ports(), caller(), SignedCursors(context().ports.keyring)
    filters = {"list": "jobs", "state": query.state, "caller": who.owner}
    after = _place(cursors.read(query.cursor, filters)) if query.cursor else None
    jobs = list_jobs(ports, who, JobQuery(who.owner, query.state, query.limit, after))
    cursor = cursors.make(_end(jobs[-1]), filters) if len(jobs) == query.limit else None
    page = JobsPage(jobs=[_job_answer(job) for job in jobs], next_cursor=cursor, workers=count_workers(ports))
    return unchanged_or(answer(page))


@blueprint.get("/files/<id:file_id>/jobs", responses={200: FileJobsAnswer} | UNCHANGED | problems(NotFound))
def index_of_file(path: FileJobsPath) -> Response:
    """List what is being done with a file, and what came of it."""
    ports = ready_ports()
    jobs = [_job_answer(job) for job in list_file_jobs(ports, caller(), path.file_id)]
    return unchanged_or(answer(FileJobsAnswer(jobs=jobs, workers=count_workers(ports))))


@blueprint.post("/files/<id:file_id>/jobs/<kind>/retry", responses={202: JobAnswer} | problems(NotFound, Conflict))
def retry(path: JobPath) -> Response:
    """Queue a job that failed or was cancelled again."""
    return answer(_job_answer(retry_job(ready_ports(), caller(), path.file_id, path.kind)), 202)


def _place(values: list[str | datetime | float | None]) -> tuple[datetime, str]:
    moment, job_id = values
    return moment, job_id  # type: ignore[return-value]  # signed by the same view


def _end(job: Job) -> tuple[datetime, str]:
    return job.finished_at or job.created_at, job.job_id


def _job_answer(job: Job) -> JobAnswer:
    facts = {name: getattr(job, name) for name in JobAnswer.model_fields if name != "attempts"}
    return JobAnswer(**facts, attempts=job.tries - job.tries_left)
