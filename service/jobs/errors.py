"""Errors of jobs.

MoodropError
├─ NotFound           404  JobNotFound
└─ Conflict           409  JobNotRetryable
"""

from service.shared.errors import Conflict, NotFound


class JobNotFound(NotFound):
    code = "job_not_found"
    title = "The file has no such job"
    hint = "See GET /v1/files/{id}/jobs for the file's jobs."


class JobNotRetryable(Conflict):
    code = "job_not_retryable"
    title = "The job cannot be retried"
    hint = "Only a job that failed or was cancelled can be retried. See its state in GET /v1/files/{id}/jobs."
