"""The port of the queue."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from service.jobs.model import Job, JobCount, JobQuery, Lane, Lease, NewJob, Reason, Worker


class JobQueue(Protocol):
    """Jobs, one document each. Every method may raise DatabaseUnavailable.

    Each transition is one conditional update. A worker that is late, or holds an older token, matches nothing: the
    method returns None or False, and the caller drops what it did.
    """

    def prepare(self) -> None:
        """Make the indexes. Safe to repeat."""

    def create(self, job: NewJob, now: datetime) -> None:
        """Queue the job, or queue it anew if it is there for another source. For the same source it stays as it is.

        A result of another source is gone then.
        """

    def supersede(self, file_id: str, source: str, now: datetime) -> None:
        """Cancel the jobs of a file that are for another source, whatever their state, and drop their results."""

    def claim(self, kinds: Collection[str], lanes: Sequence[Lane], worker: str, now: datetime) -> Lease | None:
        """Lease the next due job of these kinds for 30 s; look through the lanes in that order."""

    def renew(self, lease: Lease, progress: float | None, now: datetime) -> bool:
        """Extend the lease to 30 s from now, and note the progress (0 to 1). False: it is lost."""

    def finish(self, lease: Lease, result: Mapping[str, Any], now: datetime) -> Job | None:
        """Publish the result in one step. None: the lease was lost, and nothing is published."""

    def requeue(self, lease: Lease, reason: Reason, detail: str, due_at: datetime) -> bool:
        """Have it tried again from `due_at` on. Only while it has tries left: else nobody may start it any more."""

    def fail(self, lease: Lease, reason: Reason, detail: str, now: datetime) -> Job | None:
        """End it for good. None: the lease was lost."""

    def abandon(self, now: datetime) -> int:
        """Fail the jobs whose last lease has lapsed, as `crashed`. Returns how many."""

    def give_back(self, lease: Lease, now: datetime) -> bool:
        """Queue it again at once, as if it had not been started: its worker ends."""

    def cancel(self, file_id: str, now: datetime) -> int:
        """Cancel the open jobs of a file. Returns how many."""

    def retry(self, job_id: str, owner: str, now: datetime) -> Job | None:
        """Queue a failed or cancelled job of that owner again. None: there is none, or it is in another state."""

    def relocate(self, job: Job, result: Mapping[str, Any], now: datetime) -> bool:
        """Note where the objects of its result are now. False: it has another result meanwhile."""

    def redo(self, job: NewJob, now: datetime) -> None:
        """Queue it anew although it has ended; the old result is served until the new one replaces it.

        If it is open, it stays as it is. If it is missing, or for another source, it is created.
        """

    def change_owner(self, file_id: str, owner: str) -> None:
        """Give all jobs of a file to another owner."""

    def get(self, job_id: str) -> Job | None:
        """Return the job of that id."""

    def list_by_files(self, file_ids: Sequence[str]) -> list[Job]:
        """Return all jobs of these files, in any order."""

    def page(self, query: JobQuery) -> list[Job]:
        """Return at most `limit` jobs of the owner in that state, newest first, strictly after the position."""

    def count(self) -> list[JobCount]:
        """Count the jobs that are queued, running or failed, by kind, lane and state. Costs as much as there are."""

    def unsettled(self, before: datetime, limit: int) -> list[Job]:
        """Return jobs whose files have not shown their state since before that time, oldest first."""

    def mark_settled(self, job: Job) -> None:
        """Note that the file shows this state of the job, unless the job changed meanwhile."""

    def to_tidy(self, now: datetime, limit: int) -> list[Job]:
        """Return jobs whose `tidy_at` has passed, oldest first: objects of attempts without a result may be left."""

    def mark_tidied(self, job: Job) -> None:
        """Note that no objects of this and earlier attempts are left but those of the result, unless it changed."""

    def delete_by_file(self, file_id: str) -> None:
        """Remove all jobs of a file."""

    def heartbeat(self, worker: Worker) -> None:
        """Note that the worker is there."""

    def workers(self, now: datetime) -> list[Worker]:
        """Return the workers that were seen in the last two minutes."""
