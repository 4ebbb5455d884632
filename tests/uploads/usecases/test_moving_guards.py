"""What keeps simultaneous calls apart while files move: each of these fails without one guard."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from service.jobs.memory.queue import MemoryJobQueue
from service.jobs.model import NewJob
from service.media.usecases.move_derived import move_derived, remove_derived
from service.media.usecases.settle import show_jobs
from service.ports import Ports
from service.store.memory.objects import MemoryObjectStore
from service.store.stores import Stores
from service.uploads.memory.records import MemoryRecordStore
from service.uploads.model import Checksum, Upload
from service.uploads.policy import StoreBuckets
from service.uploads.usecases.moving.files import move_file
from service.uploads.usecases.moving.model import MoveReport, Problem
from service.uploads.usecases.moving.move import GRACE, move_files, remove_copies
from service.uploads.usecases.upkeep.reconcile import Tally, reconcile
from tests.builders import SONG, a_file, fetch
from tests.conftest import Clock
from tests.helpers.moving import a_job_done

FIRST, SECOND = "mybucket", "2:moved"
LONG_AFTER = GRACE.total_seconds() + 1


class Interrupted:
    """A port where something else happens once, at the next call of a method."""

    def __init__(self, real: Any, method: str, act: Callable[[], object], *, before: bool = False) -> None:
        self._real, self._method, self._act, self._before = real, method, act, before

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name != self._method or self._act is None:
            return real

        def call(*args: Any, **named: Any) -> Any:
            act, self._act = self._act, None  # type: ignore[assignment]
            if act and self._before:
                act()
            made = real(*args, **named)
            if act and not self._before:
                act()
            return made

        return call


@pytest.fixture
def both(ports: Ports, clock: Clock) -> Ports:
    """Two stores; new files go to the first one."""
    stores = Stores({"1": MemoryObjectStore(clock), "2": MemoryObjectStore(clock)})
    stores.prepare((FIRST, SECOND))
    policy = replace(ports.policy, stores=(StoreBuckets("1", FIRST), StoreBuckets("2", SECOND)))
    return replace(ports, objects=stores, policy=policy)


def move(ports: Ports, to: str = "2") -> MoveReport:
    report = MoveReport()
    for _ in move_files(ports, to, partial(move_derived, ports), report, lambda: True):
        pass
    return report


def remove(ports: Ports, to: str = "2") -> MoveReport:
    report = MoveReport()
    derived = partial(move_derived, ports), partial(remove_derived, ports)
    for _ in remove_copies(ports, to, *derived, report, lambda: True):
        pass
    return report


def now(ports: Ports, file: Upload) -> Upload:
    current = ports.records.get(file.upload_id)
    assert current
    return current


def thumbnails(ports: Ports, file: Upload) -> list[bool]:
    """Whether each picture that the file shows is where it says."""
    derived = now(ports, file).derived
    assert derived
    assert derived.thumbnail
    bucket, prefix = derived.thumbnail.bucket or now(ports, file).bucket, derived.thumbnail.prefix
    versions = derived.thumbnail.versions.items()
    return [ports.objects.head(bucket, f"{prefix}{width}.webp", version) is not None for width, version in versions]


def test_a_file_is_not_switched_to_a_copy_that_was_removed_meanwhile(both: Ports, clock: Clock) -> None:
    """`left` in the condition of the switch."""
    file = a_file(both)
    move(both)
    clock.pass_(LONG_AFTER)
    removing: list[int] = []
    objects: Any = Interrupted(both.objects, "head", lambda: removing.append(remove(both).removed))

    assert move(replace(both, objects=objects), "1").moved == 1

    assert removing == [1], "the copy was removed between the look at it and the switch"
    assert now(both, file).bucket == FIRST
    assert fetch(both, now(both, file)) == SONG


def test_a_result_that_was_replaced_while_it_was_copied_stays(both: Ports, clock: Clock) -> None:
    """The token of the result in the condition of `relocate`."""
    file = a_file(both)
    a_job_done(both, file, "image", ["96.webp"], FIRST)
    [job] = both.jobs.list_by_files([file.upload_id])

    def made_anew() -> None:
        assert isinstance(both.jobs, MemoryJobQueue)
        both.jobs.redo(NewJob(job.job_id, job.file_id, job.owner, job.kind, job.source, job.lane, 1), both.now())
        lease = both.jobs.claim(["image"], [job.lane], "worker", both.now())
        assert lease
        assert job.result
        both.jobs.finish(lease, {**job.result, "blurhash": "another"}, both.now())

    objects: Any = Interrupted(both.objects, "write", made_anew)
    move_derived(replace(both, objects=objects), file, SECOND)

    after = both.jobs.get(job.job_id)
    assert after
    assert after.result
    assert after.result["blurhash"] == "another"


def test_an_older_summary_does_not_replace_a_newer_one(both: Ports) -> None:
    """The revision of what was made, in the condition of the summary."""
    file = a_file(both)
    a_job_done(both, file, "image", ["96.webp"], FIRST)
    [job] = both.jobs.list_by_files([file.upload_id])
    assert job.result
    assert isinstance(both.records, MemoryRecordStore)
    records: Any = Interrupted(both.records, "change", lambda: move_derived(both, file, SECOND), before=True)
    both.jobs.relocate(job, {**job.result, "blurhash": "another"}, both.now())

    show_jobs(replace(both, records=records), file.upload_id)

    derived = now(both, file).derived
    assert derived
    assert derived.thumbnail
    assert derived.thumbnail.bucket == SECOND
    assert thumbnails(both, file) == [True]


@pytest.mark.parametrize("at", ["write", "purge_below", "head"])
def test_no_picture_is_lost_if_a_move_back_meets_the_removal(both: Ports, clock: Clock, at: str) -> None:
    """The one begins while the other is at work, at several places."""
    file = a_file(both)
    a_job_done(both, file, "image", ["96.webp"], FIRST)
    move(both)
    assert thumbnails(both, file) == [True]
    clock.pass_(LONG_AFTER)

    if at == "write":  # the removal runs while the move back copies a picture
        objects: Any = Interrupted(both.objects, at, lambda: remove(both))
        move(replace(both, objects=objects), "1")
    else:
        back = partial(move_file, both, file.upload_id, SECOND, "1", partial(move_derived, both), MoveReport())
        objects = Interrupted(both.objects, at, back, before=True)
        remove(replace(both, objects=objects))
        move(both, "1")

    assert now(both, file).bucket == FIRST
    assert fetch(both, now(both, file)) == SONG
    assert thumbnails(both, file) == [True]


def test_a_wrong_digest_stays_where_it_is(both: Ports) -> None:
    wrong = a_file(both)
    both.records.change(wrong.upload_id, {}, {"checksum": Checksum("sha256", "A" * 43 + "=", verified=True)})

    report = move(both)

    assert [stayed.problem for stayed in report.stayed] == [Problem.CHANGED]
    assert both.objects.head(SECOND, wrong.object_key) is None


def test_a_moved_file_with_a_crc_is_right(both: Ports, clock: Clock) -> None:
    """The copy has a sha256 in place of the declared digest."""
    file = a_file(both, checksum=None)
    both.records.change(file.upload_id, {}, {"checksum": Checksum("crc32c", "AAAAAA==", verified=True)})
    move(both)
    clock.pass_(2 * 86_400)

    assert list(reconcile(both, Tally(), thorough=True)) == []
