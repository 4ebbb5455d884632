"""Files show what became of their jobs, whatever happens in between."""

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from service.jobs.model import Job, JobState, Lane
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job, settle_left
from service.jobs.usecases.sweep import sweep_jobs
from service.media.model import ProbeResult, Result, ScanResult, Tags
from service.media.plan import Rules, plan_event
from service.media.usecases.fill_tags import fill_tags
from service.media.usecases.settle import make_settler, settle_media
from service.ports import Ports
from service.shared.errors import MoodropError
from service.uploads.derived import DerivedState, OutboxEvent
from service.uploads.errors import FileQuarantined
from service.uploads.model import Upload
from service.uploads.queries import UploadQuery
from service.uploads.search import prefixes_of
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.covers import remove_cover
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.files.read import list_files
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, NO_METADATA, a_file, send
from tests.conftest import Clock
from tests.helpers.covers import LONG_AFTER, PICTURE, a_cover_of
from tests.helpers.faults import Fault, before_call, with_fault
from tests.helpers.jobs import expected_of, now_of, with_media, work
from tests.helpers.media import a_film_probe, a_picture, a_probe, an_audio

LANES = (Lane.LIGHT, Lane.HEAVY)


@pytest.fixture
def media(ports: Ports) -> Ports:
    """Media without a scanner."""
    return replace(with_media(ports), planners=(), settlers=(make_settler(Rules(), fills_tags=True),))


def finish(ports: Ports, job_id: str, result: Result | dict[str, Any] | None) -> Job:
    """Do the job as a worker does; None fails it."""
    job = ports.jobs.get(job_id)
    assert job
    lease = ports.jobs.claim([job.kind], LANES, "w", ports.now())
    assert lease
    assert lease.job_id == job_id
    if result is None:
        ended = ports.jobs.fail(lease, "not_media", "", ports.now())
    else:
        values = result.model_dump() if isinstance(result, Result) else result
        ended = ports.jobs.finish(lease, values, ports.now())
    assert ended
    settle_job(ports, ended)
    return ended


def a_queued(ports: Ports, **changes: Any) -> Upload:
    """Return a file whose first job waits."""

    file = a_file(ports, **changes)
    relay(planning(ports))
    return file


def planning(ports: Ports) -> Ports:
    """Return the same ports, which plan as well as they settle."""
    return replace(ports, planners=(partial(plan_event, rules=Rules()),))


def states(ports: Ports, file: Upload) -> dict[str, JobState]:
    return {job.kind: job.state for job in ports.jobs.list_by_files([file.upload_id])}


def test_a_song_waits_works_and_is_ready(media: Ports) -> None:
    song = a_queued(media)
    shown = now_of(media, song)
    assert shown.derived
    assert (shown.derived.state, shown.outbox) == (DerivedState.WAITING, ())
    finish(media, f"{song.upload_id}.probe", a_probe())
    assert states(media, song) == {"probe": JobState.DONE, "audio": JobState.QUEUED}
    derived = now_of(media, song).derived
    assert derived
    assert (derived.state, derived.duration_seconds) == (DerivedState.WORKING, 180.5)
    finish(media, f"{song.upload_id}.audio", an_audio())
    derived = now_of(media, song).derived
    assert derived
    assert (derived.state, derived.loudness_lufs) == (DerivedState.READY, -14.2)


def test_settling_again_changes_nothing(media: Ports) -> None:
    song = a_queued(media)
    done = finish(media, f"{song.upload_id}.probe", a_probe())
    before, jobs = now_of(media, song), states(media, song)
    settle_job(media, done)
    settle_job(media, done)
    assert (now_of(media, song), states(media, song)) == (before, jobs)


def test_what_a_crash_left_unsettled_is_made_up_for(media: Ports) -> None:
    """The worker died after `finish`: the probe's followers are queued by whoever settles it later."""
    song = a_queued(media)
    lease = media.jobs.claim(["probe"], LANES, "w", media.now())
    assert lease
    media.jobs.finish(lease, a_film_probe(duration_seconds=61).model_dump(), media.now())
    assert states(media, song) == {"probe": JobState.DONE}
    later = replace(media, now=lambda: media.now().replace(hour=23))

    assert settle_left(later) == 1
    assert states(media, song) == {"probe": JobState.DONE, "poster": JobState.QUEUED, "video": JobState.QUEUED}
    assert settle_left(later) == 0


def test_a_failed_job_makes_the_file_fail_and_nothing_else(media: Ports) -> None:
    song = a_queued(media)
    finish(media, f"{song.upload_id}.probe", None)
    file = now_of(media, song)
    assert file.derived
    assert (file.derived.state, file.derived.failed) == (DerivedState.FAILED, ("probe",))
    assert (file.status, file.revision) == (song.status, song.revision)


def test_a_result_that_does_not_fit_its_model_is_logged_and_never_shown(
    media: Ports, caplog: pytest.LogCaptureFixture
) -> None:
    song = a_queued(media)
    finish(media, f"{song.upload_id}.probe", {"container": "mp3", "duration_seconds": -1, "bits_per_second": 0})
    file = now_of(media, song)
    assert file.derived
    assert (file.derived.state, file.derived.duration_seconds) == (DerivedState.FAILED, None)
    assert states(media, song) == {"probe": JobState.DONE}
    assert f"job {song.upload_id}.probe is done, but its result does not fit its kind" in caplog.text


@pytest.mark.parametrize("between", ["jobs", "cover", "edit"])
def test_whoever_writes_in_between_has_the_jobs_read_again(media: Ports, between: str) -> None:
    song = a_queued(media)
    queue = media.jobs
    calls = []

    class Slow:
        """Lets something happen after the jobs were read, once."""

        def __getattr__(self, name: str) -> Any:
            return getattr(queue, name)

        def list_by_files(self, file_ids: list[str]) -> list[Job]:
            jobs = queue.list_by_files(file_ids)
            calls.append(file_ids)
            if len(calls) == 1:
                happen()
            return jobs

    def happen() -> None:
        if between == "jobs":
            finish(media, f"{song.upload_id}.audio", an_audio())
        elif between == "edit":
            edit_file(media, ALICE, song.upload_id, {"title": "Mine"})
        else:
            a_cover(media, song)

    probe = finish(media, f"{song.upload_id}.probe", a_probe(tags=Tags()))
    media.records.change(song.upload_id, {}, {"derived": None})
    settle_job(replace(media, jobs=Slow()), probe)  # type: ignore[arg-type]
    file = now_of(media, song)
    assert len(calls) == 2
    assert file.derived
    assert file.derived.duration_seconds == 180.5
    assert (file.derived.loudness_lufs == -14.2) is (between == "jobs")
    assert (file.metadata.title == "Mine") is (between == "edit")


def a_cover(ports: Ports, song: Upload) -> Upload:
    upload, transfer = start_upload(ports, ALICE, a_cover_of(song))
    assert send(ports, transfer, PICTURE).status == 200
    confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    return now_of(ports, upload)


def picture_of(ports: Ports, file: Upload) -> str | None:
    derived = now_of(ports, file).derived
    return derived.thumbnail.prefix.split("/")[2] if derived and derived.thumbnail else None


def test_a_file_shows_its_cover_until_that_is_removed(media: Ports) -> None:

    song = a_queued(media)
    finish(media, f"{song.upload_id}.probe", a_probe(picture="png"))
    finish(media, f"{song.upload_id}.poster", a_picture())
    assert picture_of(media, song) == song.upload_id
    cover = a_cover(media, song)
    relay(planning(media))
    finish(media, f"{cover.upload_id}.image", a_picture(96))
    assert picture_of(media, song) == cover.upload_id
    assert picture_of(media, cover) == cover.upload_id
    remove_cover(media, ALICE, song.upload_id)
    sweep_jobs(planning(media))
    assert picture_of(media, song) == song.upload_id


@pytest.mark.parametrize("at", range(1, 15))
def test_a_cover_that_its_file_gets_late_is_shown(ports: Ports, clock: Clock, at: int) -> None:
    """Whatever call of its confirm failed: its picture may have been made before the file has it."""
    media = with_media(ports)
    song = a_file(media)
    list(work(media))
    upload, transfer = start_upload(media, ALICE, a_cover_of(song))
    send(media, transfer, PICTURE)
    with suppress(MoodropError):
        confirm_upload(with_fault(media, Fault(at, applied=False)), ALICE, upload.upload_id, NO_METADATA)
    list(work(media))
    for _ in range(3):
        clock.pass_(LONG_AFTER)
        sweep(media)
        sweep_jobs(media)

    file = now_of(media, song)
    assert file.cover_id == upload.upload_id
    assert file.derived == expected_of(media, file)


def probed(ports: Ports, song: Upload, probe: ProbeResult | None = None) -> Upload:
    finish(ports, f"{song.upload_id}.probe", probe or a_probe())
    return now_of(ports, song)


def test_tags_fill_in_what_nobody_has_set(media: Ports) -> None:
    song = a_queued(media, metadata=NO_METADATA.model_copy(update={"artist": "Someone"}))
    file = probed(media, song)
    assert (file.metadata.title, file.metadata.artist, file.metadata.album) == ("Tönë", "Someone", "Blue")
    assert file.revision == song.revision + 1
    assert not file.edited
    assert list_files(media, ALICE, UploadQuery("alice", prefixes=prefixes_of("tönë"))) == [file]


def test_tags_never_replace_what_a_person_removed(media: Ports) -> None:
    song = a_queued(media)
    edit_file(media, ALICE, song.upload_id, {"title": "x"})
    edit_file(media, ALICE, song.upload_id, {"title": None})
    assert probed(media, song).metadata.title is None


def test_tags_of_older_bytes_are_left_out(media: Ports) -> None:
    song = a_queued(media)
    lease = media.jobs.claim(["probe"], LANES, "w", media.now())
    assert lease
    done = media.jobs.finish(lease, a_probe().model_dump(), media.now())
    assert done
    media.records.change(song.upload_id, {}, {"version_id": "newer"})
    settle_job(media, done)
    file = now_of(media, song)
    assert (file.metadata.title, file.derived) == (None, None)
    assert states(media, song) == {"probe": JobState.DONE}


def test_tags_are_those_of_the_bytes_that_the_file_has_at_that_moment(media: Ports) -> None:
    song = a_file(media)
    fill_tags(media, song.upload_id, "older bytes", Tags(title="Old"))
    assert now_of(media, song) == song
    fill_tags(media, song.upload_id, song.source, Tags(title="New"))
    assert now_of(media, song).metadata.title == "New"


def test_tags_are_not_filled_in_if_the_operator_does_not_want_it(media: Ports) -> None:
    off = replace(media, settlers=(make_settler(Rules(), fills_tags=False),))
    assert probed(off, a_queued(off)).metadata.title is None


TAGS = ["", " ", "\u200e", "a" * 200]


@pytest.mark.parametrize("title", TAGS)
def test_odd_tags_become_one_line_or_nothing(media: Ports, title: str) -> None:
    file = probed(media, a_queued(media), a_probe(tags=Tags(title=title)))
    assert file.metadata.title == (title if title.strip("\u200e ") else None)


def test_a_public_file_with_a_threat_turns_private_and_says_so(media: Ports) -> None:
    scanning = replace(media, planners=(), settlers=(make_settler(Rules(scan=True), fills_tags=True),))
    song = a_file(scanning, metadata=NO_METADATA.model_copy(update={"visibility": "public"}))

    for job in plan_event(song, OutboxEvent.READY, Rules(scan=True)):
        scanning.jobs.create(job, scanning.now())
    finish(scanning, f"{song.upload_id}.scan", ScanResult(threat="EICAR"))
    file = now_of(scanning, song)
    assert (file.threat, file.metadata.visibility, file.revision) == ("EICAR", "private", song.revision + 1)


def test_an_edit_that_began_before_a_threat_was_known_does_not_make_the_file_public(media: Ports) -> None:
    song = a_file(media)
    for job in plan_event(song, OutboxEvent.READY, Rules(scan=True)):
        media.jobs.create(job, media.now())
    scanned = before_call(media, "change", lambda: finish(media, f"{song.upload_id}.scan", ScanResult(threat="EICAR")))
    with pytest.raises(FileQuarantined):
        edit_file(scanned, ALICE, song.upload_id, {"visibility": "public"})
    file = now_of(media, song)
    assert (file.threat, file.metadata.visibility) == ("EICAR", "private")


def test_settling_a_file_that_is_gone_does_nothing(media: Ports) -> None:
    settle_media(media, "01K0000000000000000000000X", None, rules=Rules(), fills_tags=True)
    assert not media.jobs.list_by_files(["01K0000000000000000000000X"])
