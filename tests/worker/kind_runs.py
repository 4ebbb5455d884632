"""Runs one kind of job on real bytes in the real store, without a queue."""

from pathlib import Path
from typing import Any

from service.media.model import ProbeResult, Result, StoredName
from service.ports import Ports
from service.uploads.model import Upload
from service.uploads.object_keys import derived_key
from tests.builders import ALICE, a_file, first_store
from tests.helpers.worker import an_active_lease
from worker.ffmpeg.locate import Ffmpeg
from worker.find_programs import find_programs
from worker.job.active_lease import ActiveLease
from worker.job.job_tools import JobTools
from worker.job.store import WorkerStore
from worker.kinds import KINDS
from worker.settings import WorkerSettings


class KindRun:
    """A file in the store, and the jobs that were done on it; tokens count up as claims do."""

    def __init__(self, ports: Ports, settings: WorkerSettings, ffmpeg: Ffmpeg | None, folder: Path) -> None:
        programs = {"ffmpeg_bin": ffmpeg.ffmpeg, "ffprobe_bin": ffmpeg.ffprobe} if ffmpeg else {}
        self.settings = settings.model_copy(update=programs)
        self.ports = ports
        self.store = WorkerStore(self.settings)
        self.programs = find_programs(self.settings) if ffmpeg else None
        self.folder = folder
        self.token = 1
        self.active: ActiveLease | None = None

    def upload(self, body: bytes, content_type: str) -> Upload:
        return a_file(self.ports, ALICE, body, content_type=content_type, filename="a")

    def do(self, kind: str, file: Upload, probe: ProbeResult | None = None) -> Any:
        """Return the result of a job, as a reader of the queue would read it."""
        self.token += 1
        self.active = an_active_lease(file, kind, token=self.token)
        folder = self.folder / f"{kind}-{self.token}"
        folder.mkdir()
        handler = KINDS[kind]
        tools = JobTools(
            self.settings,
            self.programs,
            self.store,
            self.active.lease.job,
            file,
            self.active,
            folder,
            probe,
            handler.room(probe, self.settings),
        )
        result: Result = handler.run(self.active.lease.job, tools)
        return type(result).model_validate(result.model_dump(mode="json"))

    def read(self, kind: str, file: Upload, stored: StoredName) -> bytes:
        """Return the bytes of a derived object, by the version that the result names, as a URL of the service does."""
        key = derived_key(file, kind, self.token, stored.name)
        client = first_store(self.ports)._client  # noqa: SLF001
        answer = client.get_object(Bucket=file.bucket, Key=key, VersionId=stored.version_id)
        body: bytes = answer["Body"].read()
        assert (answer["ContentType"], len(body)) == (stored.content_type, stored.size_bytes)
        return body
