"""The sweeper finishes what workers left, and removes what nobody needs, but nothing that somebody is at."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.jobs.model import JobState, NewJob
from service.jobs.transitions import LEASE, TIDY_AFTER
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import LEFT_AFTER
from service.jobs.usecases.sweep import sweep_jobs
from service.ports import Ports
from service.uploads.model import Upload
from service.uploads.usecases.confirming.confirm import confirm_upload
from tests.builders import ALICE, NO_METADATA
from tests.conftest import Clock
from tests.contracts.record_store_contract import an_id
from tests.helpers.jobs import (
    LANES,
    a_sent_picture,
    derived_keys,
    expected_of,
    make,
    put_derived,
    with_media,
)


@pytest.fixture
def media(ports: Ports) -> Ports:
    return with_media(ports)


@pytest.fixture
def picture(media: Ports) -> Upload:
    file = confirm_upload(media, ALICE, a_sent_picture(media).upload_id, NO_METADATA)
    relay(media)
    return file


def pass_time(clock: Clock, by: timedelta) -> None:
    clock.pass_(by.total_seconds())


def tokens_of(ports: Ports, file: Upload) -> set[str]:
    return {key.split("/")[-2] for key in derived_keys(ports, file)}


def test_an_attempt_at_work_keeps_its_objects(media: Ports, picture: Upload, clock: Clock) -> None:
    """While those of the attempts before it are tidied up."""
    first = media.jobs.claim(["image"], LANES, "w", media.now())
    assert first
    put_derived(media, picture, "image", first.token, "96.webp")
    media.jobs.fail(first, "timeout", "", media.now())
    pass_time(clock, TIDY_AFTER)
    media.jobs.retry(first.job_id, "alice", media.now())
    second = media.jobs.claim(["image"], LANES, "w", media.now())
    assert second
    put_derived(media, picture, "image", second.token, "96.webp")

    sweep_jobs(media)

    assert tokens_of(media, picture) == {str(second.token)}


def test_an_attempt_that_begins_while_the_sweeper_is_at_it_keeps_its_objects(
    media: Ports, picture: Upload, clock: Clock
) -> None:
    """Its token is later than the one that the sweeper has read."""
    first = media.jobs.claim(["image"], LANES, "w", media.now())
    assert first
    put_derived(media, picture, "image", first.token, "96.webp")
    media.jobs.fail(first, "timeout", "", media.now())
    pass_time(clock, TIDY_AFTER)

    class BeginsMeanwhile:
        """The store, in which another attempt has written when it is listed."""

        def __getattr__(self, name: str) -> object:
            if name == "iter_objects" and tokens_of(media, picture) == {str(first.token)}:
                media.jobs.retry(first.job_id, "alice", media.now())
                second = media.jobs.claim(["image"], LANES, "w", media.now())
                assert second
                put_derived(media, picture, "image", second.token, "96.webp")
            return getattr(media.objects, name)

    sweep_jobs(replace(media, objects=BeginsMeanwhile()))  # type: ignore[arg-type]

    assert len(tokens_of(media, picture)) == 1
    assert tokens_of(media, picture) != {str(first.token)}


def test_what_a_dead_worker_did_not_show_is_shown(media: Ports, picture: Upload, clock: Clock) -> None:
    """It published its result, and died."""
    for _ in range(2):
        lease = media.jobs.claim(["image", "scan"], LANES, "w", media.now())
        assert lease
        assert media.jobs.finish(lease, make(media, lease), media.now())
    pass_time(clock, LEFT_AFTER + timedelta(milliseconds=1))

    assert sweep_jobs(media).settled == 2

    shown = media.records.get(picture.upload_id)
    assert shown
    assert shown.derived
    assert (shown.derived, shown.derived.thumbnail is None) == (expected_of(media, shown), False)
    assert sweep_jobs(media).settled == 0


def test_a_job_whose_workers_all_died_has_crashed(media: Ports, picture: Upload, clock: Clock) -> None:
    """Also if no worker is left to see it."""
    for _ in range(5):
        assert media.jobs.claim(["image"], LANES, "w", media.now())
        pass_time(clock, LEASE)

    assert sweep_jobs(media).crashed == 1

    crashed = media.jobs.get(f"{picture.upload_id}.image")
    assert crashed
    assert (crashed.state, crashed.reason) == (JobState.FAILED, "crashed")


def test_jobs_of_a_file_that_is_long_gone_go_too(media: Ports, clock: Clock) -> None:
    """A relay that was slow queued one after all others were removed, and a worker found no file."""
    media.jobs.create(NewJob(f"{an_id(1)}.image", an_id(1), "alice", "image", "v1", LANES[0], 7), media.now())
    lease = media.jobs.claim(["image"], LANES, "w", media.now())
    assert lease
    media.jobs.fail(lease, "file_changed", "", media.now())
    pass_time(clock, LEFT_AFTER + timedelta(milliseconds=1))

    sweep_jobs(media)

    assert media.jobs.get(lease.job_id) is None
