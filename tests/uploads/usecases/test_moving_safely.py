"""What may go wrong while files move between two stores: no file gets wrong bytes, and nothing is left over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from service.media.usecases.move_derived import move_derived
from service.ports import Ports
from service.store.errors import StoreUnavailable
from service.store.memory.objects import MemoryObjectStore
from service.store.model import OpenObject
from service.store.stores import Stores
from service.uploads.model import Upload
from service.uploads.policy import StoreBuckets
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.moving.files import move_file
from service.uploads.usecases.moving.model import MoveReport, Problem
from service.uploads.usecases.moving.move import GRACE, move_files
from tests.builders import ALICE, NO_METADATA, OTHER, SONG, a_file, a_staged_upload, fetch
from tests.conftest import Clock
from tests.helpers.moving import move, remove_old

FIRST, SECOND = "mybucket", "2:moved"
KEY = "uploads/alice/named.mp3"
LONG_AFTER = GRACE.total_seconds() + 1


class Disturbed(Stores):
    """Two stores, of which the first may break off, and where something happens after a copy."""

    breaks: str = ""  # the key of an object that is never sent to its end
    is_down = False
    then: Any = None  # after the next copy

    def read(self, bucket: str, object_key: str, version_id: str | None, *, if_match: str) -> OpenObject | None:
        opened: OpenObject | None = self.stores["1"].read(bucket, object_key, version_id, if_match=if_match)
        return replace(opened, chunks=self._cut(opened)) if opened and object_key == self.breaks else opened

    def _cut(self, opened: OpenObject) -> Iterator[bytes]:
        yield next(iter(opened.chunks))[:3]
        raise StoreUnavailable("it hung up")

    def ping(self, bucket: str) -> float:
        if self.is_down:
            raise StoreUnavailable("nobody answers")
        return 0

    def write(self, bucket: str, object_key: str, source: OpenObject) -> Any:
        made = self.stores["2"].write("moved", object_key, source)
        then, self.then = self.then, None
        if then:
            then()
        return made


@pytest.fixture
def both(ports: Ports, clock: Clock) -> Ports:
    """Two stores; new files go to the first one."""
    stores = Disturbed({"1": MemoryObjectStore(clock), "2": MemoryObjectStore(clock)})
    stores.prepare((FIRST, SECOND))
    policy = replace(ports.policy, stores=(StoreBuckets("1", FIRST), StoreBuckets("2", SECOND)))
    return replace(ports, objects=stores, policy=policy)


def moved(ports: Ports, to: str = "2") -> MoveReport:
    """Move the files, without marking the buckets as ours."""
    report = MoveReport()
    for _ in move_files(ports, to, partial(move_derived, ports), report, lambda: True):
        pass
    return report


def disturbed(ports: Ports) -> Any:
    return ports.objects


def normal(ports: Ports) -> Ports:
    return replace(ports, objects=Stores(disturbed(ports).stores))


def now(ports: Ports, file: Upload) -> Upload:
    current = ports.records.get(file.upload_id)
    assert current
    return current


def versions(ports: Ports, store: str) -> int:
    """Return how many versions a store holds, those under newer ones too."""
    memory = disturbed(ports).stores[store]
    return sum(len(each) for each in memory._versions.values())  # noqa: SLF001


def a_staged_file(ports: Ports, body: bytes = SONG) -> Upload:
    return confirm_upload(ports, ALICE, a_staged_upload(ports, KEY, body).upload_id, NO_METADATA)


def test_an_object_that_breaks_off_stays_and_the_others_move(both: Ports) -> None:
    broken, good = a_file(both), a_file(both)
    disturbed(both).breaks = broken.object_key

    report = moved(both)

    assert [(one.upload_id, one.problem) for one in report.stayed] == [(broken.upload_id, Problem.UNREADABLE)]
    assert (now(both, broken).bucket, now(both, good).bucket) == (FIRST, SECOND)
    assert versions(both, "2") == 1


def test_a_store_that_is_down_ends_the_move(both: Ports) -> None:
    file = a_file(both)
    disturbed(both).breaks = file.object_key
    disturbed(both).is_down = True

    with pytest.raises(StoreUnavailable, match="nobody answers"):
        moved(both)

    assert now(both, file) == file


def test_an_object_that_is_removed_while_it_is_copied_is_named_by_the_next_run(both: Ports) -> None:
    file = a_file(both)
    disturbed(both).breaks = file.object_key
    both.objects.purge(FIRST, file.object_key)

    assert [one.problem for one in moved(both).stayed] == [Problem.GONE]


def test_new_bytes_that_come_while_the_old_ones_are_copied_win(both: Ports, clock: Clock) -> None:
    file = a_staged_file(both)
    clock.pass_(1)
    disturbed(both).then = partial(a_staged_file, both, OTHER)

    assert move_file(both, file.upload_id, FIRST, "2", partial(move_derived, both), MoveReport()) is None

    assert fetch(both, now(both, file)) == OTHER
    assert now(both, file).bucket == SECOND
    assert versions(both, "2") == 1


def test_new_bytes_of_a_file_that_moved_move_too(both: Ports, clock: Clock) -> None:
    """They come to the store that the file has left a copy in."""
    both = normal(both)
    file = a_staged_file(both)
    moved(both)
    clock.pass_(1)
    a_staged_file(both, OTHER)

    assert (now(both, file).bucket, now(both, file).left) == (FIRST, None)
    assert (versions(both, "1"), versions(both, "2")) == (1, 0)
    assert moved(both).is_complete
    assert fetch(both, now(both, file)) == OTHER


@pytest.mark.parametrize("make", [a_file, a_staged_file], ids=["sealed", "staged"])
def test_of_a_file_that_is_deleted_a_killed_copy_goes_too(both: Ports, clock: Clock, make: Any) -> None:
    both = normal(both)
    file = make(both)
    copy_without_a_switch(both, file, SECOND)
    clock.pass_(301)  # a copy may be recorded for a while

    delete_file(both, ALICE, file.upload_id)

    assert (versions(both, "1"), versions(both, "2")) == (0, 0)


@pytest.mark.parametrize("make", [a_file, a_staged_file], ids=["sealed", "staged"])
def test_killed_copies_go_with_the_old_ones(both: Ports, clock: Clock, make: Any) -> None:
    both = normal(both)
    file = make(both)
    moved(both)
    copy_without_a_switch(both, now(both, file), SECOND)
    clock.pass_(LONG_AFTER)

    assert remove_old(both, "2").removed == 1

    assert (versions(both, "1"), versions(both, "2")) == (0, 1)
    assert fetch(both, now(both, file)) == SONG


@pytest.mark.parametrize("make", [a_file, a_staged_file], ids=["sealed", "staged"])
def test_killed_copies_of_files_that_never_moved_go_too(both: Ports, clock: Clock, make: Any) -> None:
    """The move there was killed, and then everything moved back."""
    both = normal(both)
    file = make(both)
    copy_without_a_switch(both, file, SECOND)
    assert moved(both, "1").is_complete
    clock.pass_(100)

    assert remove_old(both, "1").removed == 0, "another run may be about to switch to it"
    clock.pass_(201)
    assert remove_old(both, "1").removed == 1

    assert (versions(both, "1"), versions(both, "2")) == (1, 0)
    assert fetch(both, now(both, file)) == SONG


def test_an_object_of_no_file_is_left_to_reconcile(both: Ports, clock: Clock) -> None:
    both = normal(both)
    file = a_file(both)
    both.objects.put_small(SECOND, f"{file.object_key}-and-more", SONG)
    clock.pass_(LONG_AFTER)

    assert remove_old(both, "1").removed == 0
    assert versions(both, "2") == 1


def copy_without_a_switch(ports: Ports, file: Upload, target: str) -> None:
    opened = ports.objects.read(file.bucket, file.object_key, file.version_id, if_match=file.etag or "")
    assert opened
    ports.objects.write(target, file.object_key, opened)


def test_a_move_back_never_uses_a_copy_that_is_being_removed(both: Ports, clock: Clock) -> None:
    both = normal(both)
    file = a_file(both)
    moved(both)
    clock.pass_(LONG_AFTER)
    stores = disturbed(both)
    back = MoveReport()

    class MovingBack(Stores):
        def delete_version(self, bucket: str, object_key: str, version_id: str | None) -> None:
            if bucket == FIRST and not back.moved:
                problem = move_file(both, file.upload_id, SECOND, "1", partial(move_derived, both), back)
                assert problem is None
            self.stores["1"].delete_version(bucket, object_key, version_id)

    removing = replace(both, objects=MovingBack(stores.stores))

    assert remove_old(removing, "2").removed == 0

    assert (back.moved, back.returned) == (1, 0)
    assert now(both, file).bucket == FIRST
    assert fetch(both, now(both, file)) == SONG


def test_grace_counts_from_the_switch(both: Ports, clock: Clock) -> None:
    both = normal(both)
    a_file(both)
    clock.pass_(LONG_AFTER)
    moved(both)

    assert (remove_old(both, "2").removed, versions(both, "1")) == (0, 1)
    clock.pass_(LONG_AFTER)
    assert (remove_old(both, "2", grace=timedelta(days=7)).removed, versions(both, "1")) == (1, 0)


def test_a_marked_bucket_may_be_moved_to_again(both: Ports) -> None:
    both = normal(both)
    a_file(both)

    assert move(both, "2").is_complete
    assert move(both, "1").is_complete
    assert move(both, "2").moved == 1


def test_what_a_killed_start_has_left_in_a_bucket_is_no_stranger(both: Ports) -> None:
    both = normal(both)
    a_file(both)
    for folder in ("uploads", "incoming", "derived"):
        both.objects.put_small(SECOND, f"{folder}/.probe/01JD8ZK3V0X5W9QH2M4N6P7R8S/1", b"a check")

    assert move(both, "2").moved == 1
