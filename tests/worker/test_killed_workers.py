"""Workers that are killed at any moment: no job is lost, and none is published twice."""

import random
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from service.jobs.model import Job, JobState
from service.media.model import PictureResult, read_result
from service.ports import Ports
from service.uploads.model import Upload
from service.uploads.object_keys import derived_key, derived_prefix, parse_derived
from tests.builders import ALICE, a_file
from tests.helpers.made_files import a_photo
from tests.helpers.worker import StartWorker, sweep_after, wait_until

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

WORKERS = 3


def kill_while_they_work(
    ports: Ports, start_worker: StartWorker, *, jobs: int, kills: int, seed: int
) -> tuple[list[Upload], list[Job]]:
    """Return files and their jobs, after workers were killed at moments that the seed chooses."""
    chance = random.Random(seed)
    body = a_photo()
    files = [a_file(ports, ALICE, body, content_type="image/jpeg") for _ in range(jobs)]
    runs = [start_worker() for _ in range(WORKERS)]
    for run in runs:
        run.wait_for("The worker is ready")
    for _ in range(kills):
        time.sleep(chance.uniform(0.1, 1.5))
        victim = chance.randrange(WORKERS)
        runs[victim].stop(signal.SIGKILL)
        runs[victim] = start_worker()

    def have_ended() -> bool:
        ended = ports.jobs.list_by_files([file.upload_id for file in files])
        return len(ended) == jobs and all(job.state not in ("queued", "running") for job in ended)

    # A lease of a killed worker lapses after 30 s; one that was killed as often as its kills came takes as many.
    wait_until(have_ended, 300, lambda: "\n".join(run.shown[-2000:] for run in runs))
    # A worker may be killed between a job's end and what the file shows of it.
    sweep_after(ports, timedelta(minutes=1))
    return files, ports.jobs.list_by_files([file.upload_id for file in files])


def check_each_was_published_once(ports: Ports, files: list[Upload], jobs: list[Job]) -> None:
    """Each file shows a result whose objects are all there, made by one attempt."""
    by_file = {job.file_id: job for job in jobs}
    assert {job.state for job in jobs} == {JobState.DONE}
    for file in files:
        job = by_file[file.upload_id]
        assert job.result
        assert job.result_token == job.token
        result = read_result("image", job.result)
        assert isinstance(result, PictureResult)
        keys = {derived_key(file, "image", job.token, stored.name) for stored in result.thumbnails}
        stored_keys = {entry.object_key for entry in ports.objects.iter_objects(file.bucket, derived_prefix(file))}
        assert keys <= stored_keys
        # What killed attempts left has another token, and the sweeper removes it.
        assert {parse_derived(key).token for key in stored_keys - keys if parse_derived(key)} <= set(range(job.token))  # type: ignore[union-attr]
        shown = ports.records.get(file.upload_id)
        assert shown
        assert shown.derived
        assert shown.derived.thumbnail


@pytest.mark.parametrize("seed", [1, 2])
def test_no_job_is_lost_and_none_is_published_twice(
    seed: int, announcing: Ports, start_worker: StartWorker, tmp_path: Path
) -> None:
    files, jobs = kill_while_they_work(announcing, start_worker, jobs=60, kills=12, seed=seed)

    check_each_was_published_once(announcing, files, jobs)


@pytest.mark.torture("200 jobs, 30 kills, 3 seeds")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_no_job_is_lost_at_full_size(seed: int, announcing: Ports, start_worker: StartWorker) -> None:
    files, jobs = kill_while_they_work(announcing, start_worker, jobs=200, kills=30, seed=seed)

    check_each_was_published_once(announcing, files, jobs)
