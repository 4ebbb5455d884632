"""Files are worked on again, and older ones for the first time."""

from dataclasses import replace
from typing import Any

import pytest

from service.jobs.model import JobState, Lane, NewJob
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.media.usecases.redo import BATCH, BackfillReport, backfill, redo
from service.ports import Ports
from service.shared.errors import Conflict
from service.uploads.derived import DerivedState, OutboxEvent
from service.uploads.errors import FileNotFound
from service.uploads.model import Upload
from service.uploads.usecases.files.delete import delete_file
from tests.builders import ALICE, a_file
from tests.helpers.faults import before_call
from tests.helpers.jobs import LANES, SETTLE, a_picture, now_of, with_media, work
from tests.helpers.media import WAVEFORM, a_probe, an_audio


@pytest.fixture
def media(ports: Ports) -> Ports:
    return with_media(ports)


def all_of(ports: Ports) -> BackfillReport:
    report = BackfillReport()
    list(backfill(ports, report))
    return report


def test_what_is_done_again_serves_its_old_result_until_then(media: Ports) -> None:
    file = a_picture(media)
    list(work(media))
    before = now_of(media, file).derived
    assert redo(media, file.upload_id) == ["image", "scan"]
    waiting = now_of(media, file).derived
    assert before
    assert waiting
    assert (waiting.state, waiting.thumbnail) == (DerivedState.WORKING, before.thumbnail)
    assert {job.kind for job in work(media)} == {"image", "scan"}
    after = now_of(media, file).derived
    assert after
    assert after.state is DerivedState.READY
    assert after.thumbnail != before.thumbnail


def test_only_the_chosen_kinds_are_done_again(media: Ports) -> None:
    file = a_picture(media)
    list(work(media))
    assert redo(media, file.upload_id, ["image"]) == ["image"]
    jobs = {job.kind: job.state for job in media.jobs.list_by_files([file.upload_id])}
    assert jobs == {"image": JobState.QUEUED, "scan": JobState.DONE}


def test_a_file_that_is_gone_is_not_done_again(media: Ports) -> None:
    file = a_picture(media)
    delete_file(media, ALICE, file.upload_id)
    with pytest.raises(FileNotFound):
        redo(media, file.upload_id)


def test_older_files_are_announced_once_and_worked_on(ports: Ports) -> None:
    older = [a_file(ports), a_picture(ports), a_picture(ports)]
    media = with_media(ports)
    newer = a_picture(media)
    assert relay(replace(media, planners=())) == 1
    delete_file(media, ALICE, older[2].upload_id)
    report = all_of(media)
    assert (report.files, report.announced) == (3, 3)
    assert all_of(media).announced == 0
    assert now_of(media, older[0]).outbox == (OutboxEvent.BACKFILL,)
    list(work(media))
    for file in (*older[:2], newer):
        derived = now_of(media, file).derived
        assert derived
        assert derived.state is DerivedState.READY
    assert all_of(media).announced == 0


def a_measured_song(media: Ports, **audio: Any) -> Upload:
    """Return a song whose jobs are done, with this result of `audio`."""
    song = a_file(media)
    media.records.change(song.upload_id, {}, {"outbox": ()})
    for kind, result in (("probe", a_probe()), ("audio", an_audio(**audio))):
        job_id = f"{song.upload_id}.{kind}"
        media.jobs.create(NewJob(job_id, song.upload_id, song.owner, kind, song.source, Lane.LIGHT, 5), media.now())
        lease = media.jobs.claim([kind], LANES, "w", media.now())
        assert lease
        assert media.jobs.finish(lease, result.model_dump(), media.now())
    SETTLE(media, song.upload_id, None)
    return now_of(media, song)


def test_songs_from_before_small_waveforms_are_measured_again(ports: Ports) -> None:
    """Once: those that are queued, and those that have one, are left alone. What they have is shown until then."""
    media = with_media(ports)
    older, newer = a_measured_song(media, waveform=None), a_measured_song(media)

    assert (all_of(media).announced, all_of(media).announced) == (1, 0)

    jobs = {job.job_id: job.state for job in media.jobs.list_by_files([older.upload_id, newer.upload_id])}
    assert [job_id for job_id, state in jobs.items() if state is JobState.QUEUED] == [f"{older.upload_id}.audio"]
    shown = now_of(media, older).derived
    assert shown
    assert (shown.state, shown.loudness_lufs) == (DerivedState.WORKING, -14.2)
    lease = media.jobs.claim(["audio"], LANES, "w", media.now())
    assert lease
    done = media.jobs.finish(lease, an_audio().model_dump(), media.now())
    assert done
    settle_job(media, done)
    shown = now_of(media, older).derived
    assert shown
    assert (shown.state, shown.waveform) == (DerivedState.READY, WAVEFORM)
    assert all_of(media).announced == 0


def test_a_file_that_is_deleted_meanwhile_is_not_announced(ports: Ports) -> None:
    file = a_picture(ports)
    media = with_media(ports)
    deleting = before_call(media, "change_many", lambda: delete_file(media, ALICE, file.upload_id))
    all_of(deleting)
    assert now_of(media, file).outbox == (OutboxEvent.DELETED,)


def test_without_media_nothing_is_announced(ports: Ports) -> None:
    a_file(ports)
    with pytest.raises(Conflict, match="MEDIA=0"):
        all_of(replace(ports, planners=()))


def test_many_files_are_announced_in_batches(ports: Ports) -> None:
    file = a_file(ports)
    for number in range(BATCH + 1):
        upload_id = f"01JD8ZK3V0X5W9QH2M4N6P{number:04d}"
        ports.records.add(replace(file, upload_id=upload_id, object_key=f"uploads/alice/{upload_id}.mp3"))
    report, batches = BackfillReport(), 0
    for _ in backfill(with_media(ports), report):
        batches += 1
    assert (batches, report.announced) == (2, BATCH + 2)
