"""The relay queues what the events of files ask for, and nothing twice."""

from dataclasses import replace

import pytest

from service.jobs.model import Job, JobState, NewJob
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.ports import Ports
from service.shared.errors import DatabaseUnavailable
from service.uploads.derived import DerivedState, OutboxEvent
from service.uploads.model import Upload
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.change_owner import change_owner
from service.uploads.usecases.files.delete import delete_file
from tests.builders import ALICE, NO_METADATA, OTHER, a_file, a_staged_upload
from tests.conftest import Clock
from tests.helpers.faults import before_call
from tests.helpers.jobs import KINDS, LANES, a_picture, make, now_of, with_media, work


@pytest.fixture
def media(ports: Ports) -> Ports:
    return with_media(ports)


def jobs_of(ports: Ports, file: Upload) -> dict[str, Job]:
    return {job.kind: job for job in ports.jobs.list_by_files([file.upload_id])}


def test_a_new_file_gets_its_jobs_and_says_that_it_waits(media: Ports) -> None:
    picture, song = a_picture(media), a_file(media)

    assert relay(media) == 2

    assert set(jobs_of(media, picture)) == {"scan", "image"}
    assert set(jobs_of(media, song)) == {"scan", "probe"}
    shown = now_of(media, picture)
    assert shown.derived
    assert (shown.derived.state, shown.derived.source) == (DerivedState.WAITING, picture.source)
    assert (shown.outbox, shown.derived_revision, shown.revision) == ((), 1, picture.revision)
    assert relay(media) == 0


def test_a_relay_that_dies_is_repeated(media: Ports) -> None:
    """Its last step takes the event out, so the event is there until all else is done."""
    picture = a_picture(media)

    def die() -> None:
        raise DatabaseUnavailable("cut off by the test")

    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            relay(before_call(replace(media, settlers=()), "change", die))
    relay(media)

    assert {job.token for job in jobs_of(media, picture).values()} == {1}
    assert now_of(media, picture).outbox == ()


def test_only_so_many_files_at_once(media: Ports) -> None:
    """Work goes on between two relays, however many files come."""
    for _ in range(3):
        a_picture(media)

    assert [relay(media, limit=2), relay(media, limit=2), relay(media, limit=2)] == [2, 1, 0]


def test_bytes_that_come_while_the_older_ones_are_relayed_are_not_missed(media: Ports, clock: Clock) -> None:
    """The event is the same, but not what it is about."""
    first = a_staged_upload(media)
    confirm_upload(media, ALICE, first.upload_id, NO_METADATA)
    clock.pass_(5)
    second = a_staged_upload(media, body=OTHER)

    relay(
        before_call(
            replace(media, settlers=()),
            "change",
            lambda: confirm_upload(media, ALICE, second.upload_id, NO_METADATA),
            of=first.upload_id,
        )
    )

    file = now_of(media, first)
    assert file.outbox == (OutboxEvent.READY,)
    relay(media)
    assert {job.source for job in jobs_of(media, file).values()} == {file.source}


def test_jobs_for_the_type_that_a_file_had_are_over(media: Ports, clock: Clock) -> None:
    """A song that becomes a picture shows nothing of the song, and its objects are tidied up."""
    key = "uploads/alice/one.bin"
    first = a_staged_upload(media, key)
    confirm_upload(media, ALICE, first.upload_id, NO_METADATA)
    relay(media)
    clock.pass_(5)
    second = a_staged_upload(media, key, OTHER, content_type="image/png")
    confirm_upload(media, ALICE, second.upload_id, NO_METADATA)

    relay(media)

    jobs = jobs_of(media, first)
    assert {kind: job.state for kind, job in jobs.items()} == {
        "scan": JobState.QUEUED,
        "image": JobState.QUEUED,
        "probe": JobState.CANCELLED,
    }
    assert jobs["probe"].tidy_at


def test_a_file_that_is_gone_before_it_is_relayed_gets_no_jobs(media: Ports) -> None:
    """What it is about to be told stays for the sweeper."""
    picture = a_picture(media)
    delete_file(media, ALICE, picture.upload_id)

    relay(media)

    assert jobs_of(media, picture) == {}
    assert now_of(media, picture).outbox == (OutboxEvent.DELETED,)


def test_jobs_go_along_with_a_file_that_changes_hands(media: Ports) -> None:
    """Whoever works on one meanwhile finishes it, and what he makes is found again."""
    picture = a_picture(media)
    relay(media)
    lease = media.jobs.claim(["image"], LANES, "w", media.now())
    assert lease
    result = make(media, lease)

    change_owner(media, now_of(media, picture), "bob")
    relay(media)

    assert {job.owner for job in jobs_of(media, picture).values()} == {"bob"}
    done = media.jobs.finish(lease, result, media.now())
    assert done
    settle_job(media, done)
    shown = now_of(media, picture).derived
    assert shown
    assert shown.thumbnail
    assert media.objects.head(picture.bucket, f"{shown.thumbnail.prefix}96.webp")


def test_what_follows_from_a_job_belongs_to_the_files_owner(media: Ports) -> None:
    """Even if the file changed hands between the end of the job and what followed from it."""
    picture = a_picture(media)
    relay(media)
    lease = media.jobs.claim(["image"], LANES, "w", media.now())
    assert lease
    done = media.jobs.finish(lease, make(media, lease), media.now())
    assert done
    change_owner(media, now_of(media, picture), "bob")
    relay(media)
    late = NewJob(f"{picture.upload_id}.poster", picture.upload_id, "alice", "poster", picture.source, LANES[0], 1)
    media.jobs.create(late, media.now())

    settle_job(media, done)

    assert {job.owner for job in jobs_of(media, picture).values()} == {"bob"}


def test_a_defect_in_a_plan_stops_no_other_file(media: Ports, caplog: pytest.LogCaptureFixture) -> None:
    odd, picture = a_picture(media), a_picture(media)
    [plan] = media.planners

    def plan_or_fail(file: Upload, event: OutboxEvent) -> object:
        if file.upload_id == odd.upload_id:
            raise KeyError(file.upload_id)
        return plan(file, event)

    broken = replace(media, planners=(plan_or_fail,))  # type: ignore[arg-type]
    relay(broken)

    assert jobs_of(media, odd) == {}
    assert jobs_of(media, picture)
    assert f"the events of file {odd.upload_id} are left" in caplog.text
    relay(media)
    assert jobs_of(media, odd)


def test_a_worker_does_everything_that_follows(media: Ports) -> None:
    picture = a_picture(media)

    done = list(work(media))

    assert {job.kind for job in done} == {"scan", "image"}
    assert all(kind in KINDS for kind in jobs_of(media, picture))
    shown = now_of(media, picture).derived
    assert shown
    assert shown.state is DerivedState.READY
    assert media.jobs.unsettled(media.now(), 10) == []
