"""What a kind of job may use: the original, the sandbox, and a place for what it makes."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from service.jobs.model import Job
from service.media.model import ProbeResult, StoredName
from service.uploads.model import Upload
from service.uploads.object_keys import derived_key
from worker import sandbox
from worker.job.active_lease import ActiveLease
from worker.job.errors import JobEnded, JobFailed, LeaseLost, TryAgain
from worker.job.store import WorkerStore
from worker.outcome import Limits, Outcome
from worker.programs import python_tool
from worker.running import OnProgress
from worker.settings import WorkerSettings


@dataclass(frozen=True)
class Programs:
    """ffmpeg and ffprobe, where they are, and the version of ffmpeg."""

    ffmpeg: Path
    ffprobe: Path
    version: str


@dataclass
class JobTools:
    """For one job. `folder` is its scratch; whatever is in there goes with it."""

    settings: WorkerSettings
    programs: Programs | None
    store: WorkerStore
    job: Job
    file: Upload
    active: ActiveLease
    folder: Path
    probe: ProbeResult | None  # what is known of this file's bytes
    out_bytes: int  # what its programs may write
    out: Path = field(init=False)  # where programs write

    def __post_init__(self) -> None:
        self.out = self.folder / "out"
        self.out.mkdir()

    @property
    def original(self) -> Path:
        """The bytes of the file, fetched when they are first asked for."""
        path = self.folder / "original"
        if not path.exists():
            part = self.folder / "fetched"
            self.store.fetch(self.file, part, self.active)
            part.rename(path)
        return path

    @property
    def threads(self) -> int:
        """How many threads one encoder may take."""
        return self.settings.threads

    def run_tool(self, name: str, *arguments: str | Path, read: Sequence[Path] = (), limits: Limits) -> Outcome:
        """Run `worker/tools/{name}.py` in the sandbox, as `run` does."""
        return self.run(python_tool(name, *arguments), read=read, limits=limits)

    def run(
        self,
        command: Sequence[str],
        *,
        read: Sequence[Path] = (),
        limits: Limits,
        on_progress: OnProgress | None = None,
    ) -> Outcome:
        """Run a command in the sandbox; by default it may read the original alone.

        Returns how it ended if it ended by itself, whatever its exit code. Raises JobFailed, TryAgain or LeaseLost if
        it was ended.
        """
        outcome = sandbox.run(
            command,
            read=read or [self.original],
            out=self.out,
            limits=limits,
            alive=lambda: self.active.is_alive,
            on_progress=on_progress,
            mode=self.settings.media_sandbox,
        )
        _require_an_end(outcome)
        return outcome

    def publish(self, path: Path, content_type: str, *, content_encoding: str | None = None) -> StoredName:
        """Store a file that a program made, under its own name, and return what a result says of it."""
        object_key = derived_key(self.file, self.job.kind, self.job.token, path.name)
        version_id = self.store.put(
            self.file.bucket,
            object_key,
            path,
            self.active,
            content_type=content_type,
            content_encoding=content_encoding,
        )
        return StoredName(
            name=path.name,
            version_id=version_id,
            size_bytes=path.stat().st_size,
            content_type=content_type,
            bucket=self.file.bucket,
        )


def failed_for(reason: str, detail: str) -> JobEnded:
    """Return the error for a reason of the sandbox or of a tool."""
    match reason:
        case "lease_lost":
            return LeaseLost()
        case "not_confined":
            return TryAgain("crashed", detail)
        case "timeout" | "out_of_memory" | "too_large" | "not_media" | "encrypted" as code:
            return JobFailed(code, detail)
    return JobFailed("crashed", detail)


def _require_an_end(outcome: Outcome) -> None:
    """Raise why a program was ended, if it was; also if a signal ended it."""
    if outcome.reason is None or (outcome.reason == "crashed" and outcome.exit_code > 0):
        return
    if outcome.reason == "crashed" and outcome.exit_code == -signal.SIGKILL:
        raise TryAgain("crashed", "the system killed it: it was short of memory")
    raise failed_for(outcome.reason, outcome.detail or f"signal {-outcome.exit_code}")
