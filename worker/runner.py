"""Works on one claimed job, and publishes what came of it in one step."""

import errno
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from service.jobs.model import Job, Lease, Reason
from service.jobs.usecases.retry_later import retry_later
from service.jobs.usecases.settle import settle_job
from service.media.model import ProbeResult, read_result
from service.shared.errors import DatabaseUnavailable, MoodropError
from service.uploads.model import AT_REST, Upload
from worker.job.active_lease import ActiveLease
from worker.job.errors import JobFailed, LeaseLost, NoRoom, TryAgain
from worker.job.job_tools import JobTools, Programs
from worker.job.scratch import Scratch
from worker.job.store import WorkerStore
from worker.kinds import FILELESS_KINDS, KINDS
from worker.monitoring.metrics import Outcome, WorkerMetrics
from worker.ports import WorkerPorts
from worker.renewer import Renewer
from worker.settings import WorkerSettings

log = logging.getLogger(__name__)

FINISH_PAUSE_S = 1.0
# A job that does not fit now stands behind those that do; at once, it would be the first again, and hold up all others.
NO_ROOM_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True)
class Attempt:
    """How an attempt at a job ended: for the metrics, and for the log."""

    outcome: Outcome
    words: str


DONE = Attempt("done", "done")
GIVEN_BACK = Attempt("given_back", "is given back")
NO_ROOM = Attempt("no_room", "waits for room in scratch")
LOST = Attempt("lost", "is not ours any more")


@dataclass(frozen=True)
class Runner:
    """All slots share it."""

    settings: WorkerSettings
    ports: WorkerPorts
    store: WorkerStore
    scratch: Scratch
    renewer: Renewer
    programs: Programs | None
    metrics: WorkerMetrics
    stopping: threading.Event

    def work(self, lease: Lease) -> bool:
        """Do the job. Returns False if there was no room for it, and it was given back."""
        active = ActiveLease(lease)
        self.renewer.add(active)
        if self.stopping.is_set():  # whoever ends this process may have looked for leases a moment ago
            active.lose()
        started = time.monotonic()
        try:
            attempt = self._work(active)
        except LeaseLost:
            attempt = self.give_back(lease) if self.stopping.is_set() else LOST
        except MoodropError as error:  # the lease lapses, and the job is claimed anew
            attempt = _unknown(error)
        finally:
            self.renewer.remove(active)
        seconds = time.monotonic() - started
        self.metrics.observe(lease.job.kind, attempt.outcome, seconds)
        log.info("%s %s in %.1f s", lease.job_id, attempt.words, seconds)
        return attempt != NO_ROOM

    def give_back(self, lease: Lease) -> Attempt:
        """Queue the job again as if it had not been started; the lease lapses where the database does not answer."""
        try:
            self.ports.jobs.give_back(lease, self.ports.now())
        except MoodropError as error:
            return _unknown(error)
        return GIVEN_BACK

    def _work(self, active: ActiveLease) -> Attempt:
        lease, jobs, now = active.lease, self.ports.jobs, self.ports.now
        try:
            result = self._run(active)
        except NoRoom:
            jobs.give_back(lease, now() + NO_ROOM_PAUSE)
            return NO_ROOM
        except JobFailed as error:
            return self._fail(lease, error.reason, error.detail)
        except TryAgain as error:
            return self._try_again(lease, error.reason, error.detail)
        except ValidationError as error:
            log.error("%s made a result that does not fit: %s", lease.job_id, _fields(error))
            return self._fail(lease, "crashed", "the result does not fit its model")
        except (LeaseLost, MoodropError):
            raise
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                jobs.give_back(lease, now() + NO_ROOM_PAUSE)
                return NO_ROOM
            log.exception("%s", lease.job_id)
            return self._try_again(lease, "crashed", "")
        except Exception:
            log.exception("%s", lease.job_id)
            return self._try_again(lease, "crashed", "")
        return self._settle(self._finish(active, result), DONE)

    def _finish(self, active: ActiveLease, result: Mapping[str, object]) -> Job | None:
        """Publish the result. An hour's work is not given up for a database that steps down."""
        while True:
            active.require()
            try:
                return self.ports.jobs.finish(active.lease, result, self.ports.now())
            except DatabaseUnavailable:
                if self.stopping.wait(FINISH_PAUSE_S):
                    raise

    def _run(self, active: ActiveLease) -> Mapping[str, object]:
        job = active.lease.job
        if job.kind in FILELESS_KINDS:
            return FILELESS_KINDS[job.kind].run(job, self.ports, active).model_dump(mode="json")
        file = self._file_of(job)
        size_bytes = file.size_bytes or 0
        if size_bytes > self.settings.media_max_bytes:
            raise JobFailed("too_large", f"{size_bytes} bytes, and MEDIA_MAX_BYTES is {self.settings.media_max_bytes}")
        kind, probe = KINDS[job.kind], self._probe_of(file)
        out_bytes = kind.room(probe, self.settings)
        with self.scratch.folder(size_bytes, out_bytes) as folder:
            tools = JobTools(self.settings, self.programs, self.store, job, file, active, folder, probe, out_bytes)
            made = kind.run(job, tools).model_dump(mode="json")
        read_result(job.kind, made)
        return made

    def _file_of(self, job: Job) -> Upload:
        file = self.ports.records.get(job.file_id)
        if file is None or file.status not in AT_REST or file.source != job.source:
            raise JobFailed("file_changed", "the file has other bytes now, or none")
        return file

    def _probe_of(self, file: Upload) -> ProbeResult | None:
        probe = self.ports.jobs.get(f"{file.upload_id}.probe")
        if probe is None or probe.result is None or probe.source != file.source:
            return None
        result = read_result("probe", probe.result)
        return result if isinstance(result, ProbeResult) else None

    def _try_again(self, lease: Lease, reason: Reason, detail: str) -> Attempt:
        if failed := retry_later(self.ports, lease, reason, detail):
            return self._settle(failed, _failed(reason))
        return Attempt("retried", f"is tried again later ({reason})")

    def _fail(self, lease: Lease, reason: Reason, detail: str) -> Attempt:
        return self._settle(self.ports.jobs.fail(lease, reason, detail, self.ports.now()), _failed(reason))

    def _settle(self, job: Job | None, attempt: Attempt) -> Attempt:
        """Have the file show the job. The sweeper does it where this fails."""
        if job is None:
            raise LeaseLost
        settle_job(self.ports, job)
        return attempt


def _failed(reason: Reason) -> Attempt:
    return Attempt("failed", f"failed ({reason})")


def _unknown(error: MoodropError) -> Attempt:
    return Attempt("unknown", f"stays as it is ({error.code})")


def _fields(error: ValidationError) -> str:
    """Return where a result does not fit, without its values."""
    return ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False))[:300]
