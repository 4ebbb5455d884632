"""What a worker does with a result that its model does not allow, and with a job for which there is no room."""

import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

import pytest

from service.jobs.model import JobState, Lane
from service.jobs.usecases.relay import relay
from service.media.model import Result
from service.ports import Ports
from tests.builders import ALICE, a_file
from tests.helpers.jobs import with_media
from tests.helpers.made_files import a_photo
from tests.helpers.media import a_picture, a_stored, an_audio
from worker.app import build
from worker.job.scratch import LEAST_BYTES
from worker.kinds import KINDS, KindHandler
from worker.runner import NO_ROOM_PAUSE, Runner
from worker.settings import WorkerSettings

pytestmark = pytest.mark.real
SCRATCH_BYTES = 4 * LEAST_BYTES

MISFITS: dict[str, Result] = {
    "of another kind": an_audio(),
    "without a width": a_picture().model_copy(update={"width": 0}),
    "with names of its own": a_picture().model_copy(update={"thumbnails": (a_stored("secret.html"),)}),
    "with more than there is": a_picture().model_copy(update={"page_count": 2_000_000_000}),
}


@pytest.fixture
def runner(worker_settings: WorkerSettings) -> Iterator[Runner]:
    made = build(worker_settings.model_copy(update={"worker_scratch_bytes": SCRATCH_BYTES}))._runner  # noqa: SLF001
    with closing(made.ports.records), closing(made.scratch):  # type: ignore[type-var]
        yield made


@pytest.mark.parametrize("name", MISFITS)
def test_a_result_that_does_not_fit_is_logged_and_never_shown(
    name: str, announcing: Ports, runner: Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The job has crashed, and is not tried again: the same would come of it. The log has no value of it."""
    handler = KindHandler(lambda _job, _tools: MISFITS[name])
    monkeypatch.setitem(cast(dict[str, Any], KINDS), "image", handler)
    photo = a_file(announcing, ALICE, a_photo(), content_type="image/jpeg")
    relay(with_media(announcing))
    lease = announcing.jobs.claim(["image"], [Lane.LIGHT], "a worker", announcing.now())
    assert lease

    with caplog.at_level(logging.ERROR):
        runner.work(lease)

    job = announcing.jobs.get(f"{photo.upload_id}.image")
    assert job
    assert (job.state, job.reason, job.result) == (JobState.FAILED, "crashed", None)
    assert f"{photo.upload_id}.image made a result that does not fit" in caplog.text
    assert not {"secret.html", "2000000000"} & set(caplog.text.replace("'", " ").split())
    shown = announcing.records.get(photo.upload_id)
    assert shown
    assert shown.derived
    assert (shown.derived.failed, shown.derived.thumbnail) == (("image",), None)


def test_a_job_without_room_lets_others_go_first(announcing: Ports, runner: Runner) -> None:
    """It costs no try; were it the first again at once, both slots would take nothing else."""
    large, small = (a_file(announcing, ALICE, a_photo(), content_type="image/jpeg") for _ in range(2))
    relay(with_media(announcing))
    lease = announcing.jobs.claim(["image"], [Lane.LIGHT], "a worker", announcing.now())
    assert lease

    with runner.scratch.folder(0, SCRATCH_BYTES - LEAST_BYTES + 1):
        has_done = runner.work(lease)

    job = announcing.jobs.get(lease.job_id)
    assert job
    assert (has_done, job.state, job.tries_left) == (False, JobState.QUEUED, 5)
    following = announcing.jobs.claim(["image"], [Lane.LIGHT], "a worker", announcing.now())
    assert following
    assert {lease.job.file_id, following.job.file_id} == {large.upload_id, small.upload_id}
    later = announcing.now() + NO_ROOM_PAUSE
    again = announcing.jobs.claim(["image"], [Lane.LIGHT], "a worker", later)
    assert again
    assert again.job_id == lease.job_id
