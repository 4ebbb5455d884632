"""Reconcile compares what is derived with the jobs, and mistakes nothing that is needed for something unknown."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.jobs.model import JobState
from service.jobs.usecases.sweep import sweep_jobs
from service.media.usecases.reconcile import reconcile_derived
from service.media.usecases.redo import redo
from service.ports import Ports
from service.shared.errors import Conflict
from service.uploads.model import Upload
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.upkeep.reconcile import Difference, Problem, Tally
from tests.builders import ALICE, NO_METADATA, PICTURE, a_file, a_staged_upload
from tests.conftest import Clock
from tests.helpers.jobs import LANES, a_sent_picture, derived_keys, make, put_derived, with_media, work

DAY = 86_401
NO_GRACE = timedelta(0)


@pytest.fixture
def media(ports: Ports) -> Ports:
    return with_media(ports)


def a_picture(ports: Ports) -> Upload:
    file = confirm_upload(ports, ALICE, a_sent_picture(ports).upload_id, NO_METADATA)
    list(work(ports))
    return file


def differences(ports: Ports, **how: Any) -> list[Difference]:
    return list(reconcile_derived(ports, Tally(), **how))


def problems(ports: Ports, **how: Any) -> list[tuple[str, str]]:
    return [(one.problem.value, one.object_key.rpartition("/")[2]) for one in differences(ports, **how)]


def test_what_the_jobs_made_is_no_difference(media: Ports, clock: Clock) -> None:
    a_picture(media)
    a_file(media)
    clock.pass_(DAY)
    assert differences(media, grace=NO_GRACE) == []


def test_objects_of_no_attempt_are_told_and_removed_when_asked(media: Ports, clock: Clock) -> None:
    file = a_picture(media)
    known = derived_keys(media)
    put_derived(media, file, "image", 77, "96.webp")
    put_derived(media, file, "poster", 1, "320.webp")
    put_derived(media, replace(file, upload_id="01K0000000000000000000000X"), "image", 2, "a.webp")
    clock.pass_(60)
    assert problems(media) == []
    clock.pass_(DAY)
    expected = [("unknown_derived", name) for name in ("a.webp", "96.webp", "320.webp")]
    assert sorted(problems(media)) == sorted(expected)
    tally = Tally()
    assert all(one.fixed for one in reconcile_derived(media, tally, fix=True))
    assert (tally.differences, tally.left, derived_keys(media)) == (3, 0, known)


def test_an_attempt_that_is_running_is_left_alone(media: Ports, clock: Clock) -> None:
    file = confirm_upload(media, ALICE, a_sent_picture(media).upload_id, NO_METADATA)
    list(work(replace(media, settlers=())))
    job = media.jobs.get(f"{file.upload_id}.image")
    assert job
    redo(media, file.upload_id, ["image"])
    lease = media.jobs.claim(["image"], LANES, "w", clock())
    assert lease
    make(media, lease)
    clock.pass_(10)
    assert differences(media, grace=NO_GRACE) == []


def test_a_result_that_waits_to_be_tidied_up_is_the_sweepers(media: Ports, clock: Clock) -> None:
    file = a_picture(media)
    redo(media, file.upload_id, ["image"])
    list(work(media))
    clock.pass_(10)
    assert len(derived_keys(media)) == 4
    assert differences(media, grace=NO_GRACE) == []
    clock.pass_(DAY)
    sweep_jobs(media)
    assert len(derived_keys(media)) == 2
    assert differences(media, grace=NO_GRACE) == []


def test_what_a_deleted_file_left_is_the_sweepers_too(media: Ports, clock: Clock) -> None:
    file = a_picture(media)
    delete_file(media, ALICE, file.upload_id)
    clock.pass_(DAY)
    assert derived_keys(media)
    assert differences(media, grace=NO_GRACE) == []


@pytest.mark.parametrize("kind", ["generated", "named"])
def test_a_lost_object_is_told_and_made_again_when_asked(media: Ports, clock: Clock, kind: str) -> None:
    a_picture(media)
    if kind == "named":
        upload = a_staged_upload(media, "uploads/alice/a b.png", PICTURE, content_type="image/png")
        file = confirm_upload(media, ALICE, upload.upload_id, NO_METADATA)
        list(work(media))
    else:
        file = a_picture(media)
    for key in derived_keys(media, file):
        media.objects.purge(file.bucket, key)
    clock.pass_(DAY)
    [lost] = differences(media, fix=True)
    assert (lost.problem, lost.upload_id, lost.fixed) == (Problem.LOST_DERIVED, file.upload_id, True)
    job = media.jobs.get(f"{file.upload_id}.image")
    assert job
    assert job.state is JobState.QUEUED
    list(work(media))
    assert differences(media, grace=NO_GRACE) == []


def test_one_lost_width_is_a_difference(media: Ports, clock: Clock) -> None:
    file = a_picture(media)
    media.objects.purge(file.bucket, derived_keys(media, file)[0])
    clock.pass_(DAY)
    assert [one.problem for one in differences(media)] == [Problem.LOST_DERIVED]


def test_nothing_is_removed_if_the_database_is_another_ones(media: Ports, clock: Clock) -> None:
    file = a_picture(media)
    clock.pass_(DAY)
    media.records.remove(file.upload_id, {})
    media.jobs.delete_by_file(file.upload_id)
    with pytest.raises(Conflict, match="is it the right one"):
        differences(media, fix=True)
    assert len(derived_keys(media)) == 2


def test_named_and_generated_keys_of_many_owners_are_told_apart(media: Ports, clock: Clock) -> None:
    """In any order of keys: the files of one owner sort among those of another."""
    files = []
    for owner in ("a", "a-b", "a.b", "alice"):
        caller = replace(ALICE, owner=owner)
        for key in (f"uploads/{owner}/zz.png", f"uploads/{owner}/0.png"):
            slug = key.split("/")[1]
            if slug == "a.b":
                continue
            upload = a_staged_upload(media, key, PICTURE, caller, "image/png")
            files.append(confirm_upload(media, caller, upload.upload_id, NO_METADATA))
        files.append(confirm_upload(media, caller, a_sent_picture(media, caller).upload_id, NO_METADATA))
    list(work(media))
    clock.pass_(DAY)
    assert differences(media) == []
    for file in files:
        media.objects.purge(file.bucket, derived_keys(media, file)[0])
    assert sorted(one.upload_id or "" for one in differences(media)) == sorted(file.upload_id for file in files)
