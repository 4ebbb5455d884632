"""Why a job does not end well.

JobEnded
├─ JobFailed   for good: another try would end the same
├─ TryAgain    something outside the job was missing
├─ NoRoom      scratch is full; nothing was tried
└─ LeaseLost   the job is somebody else's now, or nobody's
"""

from service.jobs.model import Reason


class JobEnded(Exception):
    """A job does not end well."""


class _WithReason(JobEnded):
    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail


class JobFailed(_WithReason):
    """The file cannot be worked on. `detail` is for a person and names no path."""


class TryAgain(_WithReason):
    """The job may succeed later."""


class NoRoom(JobEnded):
    """There is no room for the job's files now."""


class LeaseLost(JobEnded):
    """Nothing of this job may be published any more."""
