"""`flask --app service media …`, and what the doctor says of workers."""

from dataclasses import replace
from typing import Any

import pytest
from click.testing import Result

from service.app import create_app
from service.jobs.model import Worker
from service.media.model import RESULTS
from service.operations.usecases.doctor import NOTE, OK, examine
from service.ports import Ports
from service.settings import Settings
from service.shared.model import Features
from service.uploads.usecases.confirming.confirm import confirm_upload
from tests.builders import ALICE, NO_METADATA, a_file
from tests.helpers.api import UNKNOWN_ID
from tests.helpers.jobs import LANES, a_sent_picture, with_media, work


@pytest.fixture
def media(ports: Ports) -> Ports:
    return replace(with_media(ports), features=Features(media=True))


def run(ports: Ports, *arguments: str) -> Result:
    return create_app(Settings(auth_mode="open"), ports).test_cli_runner().invoke(args=["media", *arguments])


def a_worker(ports: Ports, **changes: Any) -> None:
    worker = Worker("w1", "box", "1.0", tuple(RESULTS), "8.1.2", "landlock", ports.now())
    ports.jobs.heartbeat(replace(worker, **changes))


def test_status_counts_jobs_and_names_workers(media: Ports) -> None:
    """A scan and a thumbnail each. Those that are done are not counted: a million files have as many."""
    for _ in range(3):
        confirm_upload(media, ALICE, a_sent_picture(media).upload_id, NO_METADATA)
    next(work(media))
    lease = media.jobs.claim(["image"], LANES, "w1", media.now())
    assert lease
    media.jobs.fail(lease, "not_media", "", media.now())
    a_worker(media, kinds=("image", "pdf"), ffmpeg=None)
    assert run(media, "status").output.splitlines() == [
        "worker w1 on box: image, pdf; ffmpeg none; landlock",
        "kind        queued   running    failed",
        "image            2         0         1",
        "scan             2         0         0",
    ]


def test_redo_names_the_kinds_and_refuses_what_is_not_there(media: Ports) -> None:
    file = confirm_upload(media, ALICE, a_sent_picture(media).upload_id, NO_METADATA)
    list(work(media))
    done = run(media, "redo", file.upload_id, "--kind", "image")
    assert (done.exit_code, done.output) == (0, f"{file.upload_id}  image\n")
    assert run(media, "redo", file.upload_id, "--kind", "gif").exit_code == 2
    missing = run(media, "redo", UNKNOWN_ID)
    assert missing.exit_code == 1
    assert "file_not_found" in missing.output


def test_backfill_tells_how_far_it_is(ports: Ports, media: Ports) -> None:
    a_file(ports)
    assert run(media, "backfill").output.splitlines()[-1] == "done: 1 files, 1 to be worked on"
    refused = run(replace(media, planners=()), "backfill")
    assert refused.exit_code == 1
    assert "MEDIA=0" in refused.output


def finding(ports: Ports) -> tuple[str, str]:
    [row] = [row for row in examine(ports, ()) if row.check.name == "workers"]
    return row.result, row.check.finding


def test_the_doctor_counts_workers_and_says_what_nobody_does(media: Ports) -> None:
    assert finding(media) == (NOTE, "0 seen in two minutes")
    a_worker(media, kinds=("image", "pdf"))
    assert finding(media) == (NOTE, "1 seen in two minutes; nobody does audio, poster, probe, video")
    a_worker(media, worker_id="w2")
    assert finding(media) == (OK, "2 seen in two minutes")
    a_worker(media, worker_id="w3", sandbox="none")
    assert finding(media) == (NOTE, "3 seen in two minutes; 1 without a sandbox")


def test_the_doctor_expects_no_workers_where_media_are_off(ports: Ports) -> None:
    assert not [row for row in examine(ports, ()) if row.check.name == "workers"]
