"""Reconcile of what is derived, on the real MinIO and mongod: it finds what was planted in any history, no more."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from service.jobs.model import OPEN, Job, Lane, Lease
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.jobs.usecases.sweep import sweep_jobs
from service.media.usecases.reconcile import reconcile_derived
from service.media.usecases.redo import BackfillReport, backfill
from service.ports import Ports
from service.settings import Settings
from service.uploads.model import Upload
from service.uploads.object_keys import derived_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.upkeep.reconcile import Tally
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, PICTURE, a_file, later
from tests.conftest import prepared_ports
from tests.helpers.media import a_picture
from tests.helpers.worker import an_active_lease
from worker.job.store import WorkerStore
from worker.settings import WorkerSettings

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
STEPS = 24
LANES = (Lane.LIGHT, Lane.HEAVY)
NAME = "96.webp"


@dataclass
class History:
    """What happened so far: the files that are left, and what reconcile has to find."""

    ports: Ports
    store: WorkerStore
    path: Path
    files: list[Upload] = field(default_factory=list)
    planted: set[str] = field(default_factory=set)
    hours: int = 0

    @property
    def now(self) -> Ports:
        return later(self.ports, hours=self.hours)

    def put(self, file: Upload, token: int) -> str | None:
        key = derived_key(file, "image", token, NAME)
        return self.store.put(file.bucket, key, self.path, an_active_lease(file), content_type="image/webp")

    def claim(self) -> Lease | None:
        relay(self.now)
        return self.now.jobs.claim(["image"], LANES, "w", self.now.now())

    # --- what may happen ---------------------------------------------------------------------------
    def confirm(self, _: random.Random) -> None:
        self.files.append(a_file(self.ports, ALICE, PICTURE, filename="a.png", content_type="image/png"))

    def finish(self, _: random.Random) -> None:
        if (lease := self.claim()) and (file := self.ports.records.get(lease.job.file_id)):
            result = a_picture(96).model_dump()
            result["thumbnails"] = [one | {"version_id": self.put(file, lease.token)} for one in result["thumbnails"]]
            if ended := self.now.jobs.finish(lease, result, self.now.now()):
                settle_job(self.now, ended)

    def fail(self, _: random.Random) -> None:
        if lease := self.claim():
            self.now.jobs.fail(lease, "not_media", "", self.now.now())

    def kill_a_worker(self, _: random.Random) -> None:
        """It has written an object, and says nothing more."""
        if (lease := self.claim()) and (file := self.ports.records.get(lease.job.file_id)):
            self.put(file, lease.token)
            self.hours += 1

    def delete(self, chance: random.Random) -> None:
        if self.files:
            delete_file(self.ports, ALICE, self.files.pop(chance.randrange(len(self.files))).upload_id)

    def plant(self, chance: random.Random) -> None:
        """Write what no attempt has made, of a file that stays."""
        if self.files:
            file, token = chance.choice(self.files), 900 + len(self.planted)
            self.put(file, token)
            self.planted.add(derived_key(file, "image", token, NAME))

    def lose_what_a_file_shows(self, chance: random.Random) -> None:
        if self.files:
            self.ports.records.change(chance.choice(self.files).upload_id, {}, {"derived": None})

    # --- the end -----------------------------------------------------------------------------------
    def come_to_rest(self) -> None:
        for _ in range(3):
            self.hours += 24
            while any(job.state in OPEN for job in self.jobs()) or any(file.outbox for file in self.stored()):
                self.finish(random.Random())
            sweep_jobs(self.now)
            sweep(self.now)

    def stored(self) -> list[Upload]:
        return self.ports.records.get_many([file.upload_id for file in self.files])

    def jobs(self) -> list[Job]:
        return self.ports.jobs.list_by_files([file.upload_id for file in self.files])

    def objects(self) -> set[str]:
        return {entry.object_key for entry in self.ports.objects.iter_objects(self.ports.policy.bucket, "derived/")}

    def results(self) -> list[str]:
        by_id = {file.upload_id: file for file in self.files}
        return sorted(
            derived_key(by_id[job.file_id], "image", job.result_token, NAME) for job in self.jobs() if job.result_token
        )

    def differences(self, *, fix: bool = False) -> list[tuple[str, str]]:
        reported = reconcile_derived(self.now, Tally(), fix=fix, grace=timedelta(0))
        return sorted((one.problem.value, one.object_key) for one in reported)


@pytest.fixture
def media(settings: Settings) -> Iterator[Ports]:
    with prepared_ports(settings.model_copy(update={"media": True})) as ports:
        yield ports


@pytest.mark.parametrize("seed", [1, 2])
def test_it_finds_what_was_planted_after_any_history(
    media: Ports, worker_settings: WorkerSettings, tmp_path: Path, seed: int
) -> None:
    path, chance = tmp_path / NAME, random.Random(seed)
    path.write_bytes(b"webp")
    history = History(media, WorkerStore(worker_settings), path)
    acts = [history.confirm, history.finish, history.fail, history.kill_a_worker, history.delete, history.plant]
    acts += [history.confirm, history.finish, history.lose_what_a_file_shows]
    for act in (history.confirm, history.finish, *chance.choices(acts, k=STEPS), history.confirm, history.plant):
        act(chance)

    history.come_to_rest()
    lost = history.results()[: len(history.files) // 2 + 1]
    for key in lost:
        media.objects.purge(media.policy.bucket, key)
    expected = [("unknown_derived", key) for key in history.planted & history.objects()]
    expected += [("lost_derived", key) for key in lost]
    assert {problem for problem, _ in expected} == {"unknown_derived", "lost_derived"}

    assert history.differences() == sorted(expected)

    history.differences(fix=True)
    list(backfill(history.now, BackfillReport()))
    history.come_to_rest()
    assert history.differences() == []
    assert sorted(history.objects()) == history.results(), "nothing else is left"
    assert all(file.current_derived for file in history.stored())
