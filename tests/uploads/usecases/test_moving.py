"""Files move between two stores in memory: what moves, what stays and why, and that every address goes on to work."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from service.media.usecases.move_derived import move_derived, remove_derived
from service.media.usecases.reconcile import reconcile_derived
from service.ports import Ports
from service.shared.errors import Conflict, Invalid
from service.store.errors import StoreDenied
from service.store.memory.objects import MemoryObjectStore
from service.store.stores import Stores
from service.uploads.model import Upload
from service.uploads.policy import StoreBuckets
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.confirming.staged import finalize_staged
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.moving.files import move_file
from service.uploads.usecases.moving.model import MoveReport, Problem
from service.uploads.usecases.moving.move import GRACE, move_files, remove_copies
from service.uploads.usecases.moving.refusals import MARK, require_target
from service.uploads.usecases.upkeep.reconcile import Tally, reconcile
from tests.builders import (
    ALICE,
    NO_METADATA,
    SONG,
    a_covered_file,
    a_file,
    a_sent_multipart,
    a_sent_upload,
    a_staged_upload,
    fetch,
)
from tests.conftest import Clock
from tests.helpers.moving import a_job_done

FIRST, SECOND = "mybucket", "2:moved"


@pytest.fixture
def both(ports: Ports, clock: Clock) -> Ports:
    """Two stores; new files go to the first one."""
    stores = Stores({"1": MemoryObjectStore(clock), "2": MemoryObjectStore(clock)})
    stores.prepare((FIRST, SECOND))
    policy = replace(ports.policy, stores=(StoreBuckets("1", FIRST), StoreBuckets("2", SECOND)))
    return replace(ports, objects=stores, policy=policy)


def with_new_files_in(ports: Ports, bucket: str) -> Ports:
    return replace(ports, policy=replace(ports.policy, bucket=bucket))


def move(ports: Ports, to: str = "2", may_go_on: Callable[[], bool] = lambda: True) -> MoveReport:
    report = MoveReport()
    for _ in move_files(ports, to, partial(move_derived, ports), report, may_go_on):
        pass
    return report


def remove(ports: Ports, to: str = "2", grace: timedelta = GRACE) -> MoveReport:
    report = MoveReport()
    derived = partial(move_derived, ports), partial(remove_derived, ports)
    for _ in remove_copies(ports, to, *derived, report, lambda: True, grace=grace):
        pass
    return report


def now(ports: Ports, file: Upload) -> Upload:
    current = ports.records.get(file.upload_id)
    assert current
    return current


def differences(ports: Ports) -> list[Any]:
    grace = timedelta(0)
    derived = reconcile_derived(ports, Tally(), grace=grace)
    return [*reconcile(ports, Tally(), grace=grace, thorough=True), *derived]


def keys(ports: Ports, store: str) -> list[str]:
    objects: Any = ports.objects
    return [key for key in list(objects.stores[store].keys()) if key != MARK]


def test_a_file_moves_with_its_bytes_and_nothing_else_changes(both: Ports, clock: Clock) -> None:
    file = a_file(both)

    report = move(both)

    moved = now(both, file)
    assert (report.moved, report.moved_bytes, report.is_complete) == (1, len(SONG), True)
    assert moved.bucket == SECOND
    assert fetch(both, moved) == fetch(both, file) == SONG, "the URL of before works as well"
    same = {"bucket": file.bucket, "version_id": file.version_id, "etag": file.etag}
    assert replace(moved, **same, moved_at=None, moved_source=None, left=None) == file
    assert moved.source == file.source, "its jobs know its bytes by it"
    clock.pass_(3600)
    assert differences(both) == []


def test_every_kind_of_file_moves(both: Ports) -> None:

    multipart = confirm_upload(both, ALICE, a_sent_multipart(both).upload_id, NO_METADATA)
    staged = confirm_upload(both, ALICE, a_staged_upload(both, "uploads/alice/named.mp3").upload_id, NO_METADATA)
    covered = a_covered_file(both)

    report = move(both)

    assert {now(both, one).bucket for one in (multipart, staged, covered)} == {SECOND}
    assert now(both, covered).cover_id == covered.cover_id
    assert report.moved == 4


def test_a_move_that_is_stopped_goes_on(both: Ports) -> None:
    files = [a_file(both) for _ in range(5)]
    answers = iter([True, True, *[False] * 100])

    first = move(both, may_go_on=lambda: next(answers))
    second = move(both)

    assert (first.moved, first.stopped, first.is_complete) == (2, True, False)
    assert (second.moved, second.stopped, second.is_complete) == (3, False, True)
    assert {now(both, file).bucket for file in files} == {SECOND}


def test_a_move_back_uses_the_copies_that_were_left(both: Ports) -> None:
    file = a_file(both)
    move(both)

    report = move(both, to="1")

    assert (report.moved, report.returned) == (1, 1)
    back = now(both, file)
    assert (back.bucket, back.version_id, back.etag) == (file.bucket, file.version_id, file.etag)
    assert back.left is not None
    assert back.left.bucket == SECOND
    assert fetch(both, back) == SONG


def test_a_move_back_after_the_removal_copies_again(both: Ports, clock: Clock) -> None:
    file = a_file(both)
    move(both)
    clock.pass_(GRACE.total_seconds() + 1)
    assert remove(both).removed == 1

    report = move(both, to="1")

    assert (report.moved, report.returned) == (1, 0)
    assert fetch(both, now(both, file)) == SONG


def test_copies_left_behind_stay_until_no_url_leads_there(both: Ports, clock: Clock) -> None:
    file = a_file(both)
    move(both)
    clock.pass_(GRACE.total_seconds() - 1)

    early = remove(both)

    assert (early.removed, early.later) == (0, 1)
    assert keys(both, "1") == [file.object_key]
    assert differences(both) == [], "reconcile knows the copy"
    clock.pass_(2)
    assert remove(both).removed == 1
    assert keys(both, "1") == []
    assert now(both, file).left is None
    assert fetch(both, now(both, file)) == SONG
    assert differences(both) == []


def test_reconcile_removes_no_copy_that_was_left(both: Ports, clock: Clock) -> None:
    file = a_file(both)
    move(both)
    clock.pass_(3600)

    assert list(reconcile(both, Tally(), fix=True, grace=timedelta(0))) == []
    assert keys(both, "1") == [file.object_key]


def test_a_deleted_file_leaves_nothing_in_either_store(both: Ports) -> None:
    file = a_file(both)
    move(both)

    delete_file(both, ALICE, file.upload_id)

    assert keys(both, "1") == keys(both, "2") == []


def test_a_file_whose_object_is_gone_is_named_and_the_others_move(both: Ports) -> None:
    lost, changed, good = a_file(both), a_file(both), a_file(both)
    both.objects.purge(FIRST, lost.object_key)
    stored = both.objects.head(FIRST, changed.object_key)
    assert stored
    objects: Any = both.objects
    objects.stores["1"].replace_version(FIRST, changed.object_key, replace(stored, etag="another"), SONG)

    report = move(both)

    assert {one.upload_id: one.problem for one in report.stayed} == {
        lost.upload_id: Problem.GONE,
        changed.upload_id: Problem.CHANGED,
    }
    assert not report.is_complete
    assert now(both, good).bucket == SECOND
    assert now(both, lost).bucket == now(both, changed).bucket == FIRST


def test_bytes_that_differ_from_the_recorded_digest_stay(both: Ports) -> None:
    """Its etag and size are those that were recorded."""
    file = a_file(both)
    stored = both.objects.head(FIRST, file.object_key, file.version_id)
    objects: Any = both.objects
    objects.stores["1"].replace_version(FIRST, file.object_key, stored, SONG[:-1] + b"x")

    report = move(both)

    assert [one.problem for one in report.stayed] == [Problem.CHANGED]
    assert keys(both, "2") == []


def test_an_upload_under_way_ends_where_it_began_and_moves_later(both: Ports) -> None:

    upload = a_sent_upload(both)
    after = with_new_files_in(both, SECOND)

    first = move(after)
    file = confirm_upload(after, ALICE, upload.upload_id, NO_METADATA)

    assert (first.moved, first.pending, first.is_complete) == (0, 1, False)
    assert file.bucket == FIRST
    assert move(after).is_complete
    assert now(both, file).bucket == SECOND
    assert a_file(after).bucket == SECOND


def test_a_move_ends_although_new_files_go_on_to_come_to_the_other_store(both: Ports, clock: Clock) -> None:
    file = a_file(both)
    steps = move_files(both, "2", partial(move_derived, both), report := MoveReport(), lambda: True)
    clock.pass_(1)

    def coming(bucket: str) -> Iterator[Any]:
        yield from recorded(bucket)
        if bucket == FIRST:
            clock.pass_(1)
            a_file(both)
            yield from (row for row in recorded(bucket) if row.upload_id != file.upload_id)

    recorded = both.records.iter_recorded
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(both.records, "iter_recorded", coming)
        for _ in steps:
            pass

    assert (report.moved, report.pending, report.is_complete) == (1, 1, False)


def test_new_bytes_for_a_key_win_over_the_move(both: Ports, clock: Clock) -> None:
    """The newer upload goes to the second store while the file is in the first."""

    key = "uploads/alice/named.mp3"
    file = confirm_upload(both, ALICE, a_staged_upload(both, key).upload_id, NO_METADATA)
    after = with_new_files_in(both, SECOND)
    clock.pass_(1)
    newer = confirm_upload(after, ALICE, a_staged_upload(after, key, body=b"newer").upload_id, NO_METADATA)

    assert newer.upload_id == file.upload_id
    assert newer.bucket == SECOND
    assert fetch(after, newer) == b"newer"
    assert both.objects.head(FIRST, key) is None
    assert move(after).moved == 0


def test_a_file_that_moved_and_gets_new_bytes_is_not_given_older_ones(both: Ports, clock: Clock) -> None:

    key = "uploads/alice/named.mp3"
    file = confirm_upload(both, ALICE, a_staged_upload(both, key).upload_id, NO_METADATA)
    clock.pass_(1)
    replaced = a_staged_upload(both, key, body=b"newer")
    confirm_upload(both, ALICE, replaced.upload_id, NO_METADATA)
    move(both)
    moved = now(both, file)

    again = finalize_staged(both, now(both, replaced), NO_METADATA)

    assert again == moved
    assert fetch(both, moved) == b"newer"


def test_a_file_that_changes_while_it_is_copied_is_not_switched(both: Ports) -> None:
    file = a_file(both)

    class Deleting(Stores):
        def write(self, bucket: str, object_key: str, source: Any) -> Any:
            made = self.stores["2"].write("moved", object_key, source)
            delete_file(both, ALICE, file.upload_id)
            return made

    objects: Any = both.objects
    racing = replace(both, objects=Deleting(objects.stores))

    report = MoveReport()
    problem = move_file(racing, file.upload_id, FIRST, "2", partial(move_derived, racing), report)

    assert (problem, report.moved) == (None, 0)
    assert keys(both, "1") == keys(both, "2") == []


@pytest.mark.parametrize("bucket", [FIRST, None], ids=["with its bucket", "of an older worker"])
def test_what_was_made_from_a_file_moves_too(both: Ports, clock: Clock, bucket: str | None) -> None:
    file = a_file(both)
    a_job_done(both, file, "image", ["96.webp", "320.webp"], bucket)
    a_job_done(both, file, "audio", ["peaks.json"], bucket)
    clock.pass_(10)

    report = move(both)

    assert (report.moved, report.derived) == (1, 3)
    shown = now(both, file).derived
    assert shown
    assert shown.thumbnail
    assert shown.thumbnail.bucket == SECOND
    for width, version_id in shown.thumbnail.versions.items():
        assert both.objects.head(SECOND, f"{shown.thumbnail.prefix}{width}.webp", version_id)
    clock.pass_(GRACE.total_seconds() + 1)
    assert differences(both) == []
    assert remove(both).removed == 1
    assert keys(both, "1") == []
    assert differences(both) == []


def test_a_job_that_ends_late_is_shown_from_where_it_put_its_objects(both: Ports, clock: Clock) -> None:
    file = a_file(both)
    move(both)
    a_job_done(both, file, "image", ["96.webp"], FIRST)  # its worker knew the file in the first store

    shown = now(both, file).derived
    assert shown
    assert shown.thumbnail
    assert shown.thumbnail.bucket == FIRST
    assert differences(both) == []
    clock.pass_(GRACE.total_seconds() + 1)
    assert remove(both).removed == 1
    after = now(both, file).derived
    assert after
    assert after.thumbnail
    assert after.thumbnail.bucket == SECOND
    assert keys(both, "1") == []
    assert differences(both) == []


# --- refusals --------------------------------------------------------------------------------------
def test_an_unknown_store_is_refused(both: Ports, ports: Ports) -> None:
    with pytest.raises(Invalid, match="no store '3'"):
        require_target(both, "3")
    alone = replace(ports, policy=replace(ports.policy, stores=(StoreBuckets("1", FIRST),)))
    with pytest.raises(Invalid, match="STORE_2_ENDPOINT"):
        require_target(alone, "1")


def test_a_target_with_objects_of_others_is_refused(both: Ports) -> None:
    a_file(both)
    both.objects.put_small(SECOND, "uploads/alice/stranger", b"bytes")

    with pytest.raises(Conflict, match="target_not_empty: no document names 'uploads/alice/stranger'"):
        require_target(both, "2")

    assert both.objects.head(SECOND, MARK) is None


def test_a_target_with_our_new_files_is_not(both: Ports) -> None:
    a_file(with_new_files_in(both, SECOND))

    require_target(both, "2")
    require_target(both, "2")

    assert both.objects.head(SECOND, MARK)


def test_the_bucket_of_another_deployment_is_refused(both: Ports) -> None:
    both.objects.put_small(SECOND, MARK, b'{"deployment": "another"}')

    with pytest.raises(Conflict, match="target_of_another"):
        require_target(both, "2")


def test_the_same_store_under_two_addresses_is_refused(both: Ports) -> None:
    objects: Any = both.objects
    one = objects.stores["1"]
    one.prepare(("moved",))
    policy = replace(both.policy, stores=(StoreBuckets("1", FIRST), StoreBuckets("2", f"2:{FIRST}")))
    twice = replace(both, objects=Stores({"1": one, "2": one}), policy=policy)

    with pytest.raises(Conflict, match="same_store"):
        require_target(twice, "2")

    assert one.head(FIRST, MARK) is None


def test_a_target_that_takes_nothing_is_refused(both: Ports) -> None:
    class ReadOnly(Stores):
        def put_small(self, bucket: str, object_key: str, body: bytes) -> None:
            raise StoreDenied("the store refused PUT (AccessDenied)")

    objects: Any = both.objects
    with pytest.raises(Conflict, match="target_not_writable"):
        require_target(replace(both, objects=ReadOnly(objects.stores)), "2")


def test_another_deployments_database_is_refused(both: Ports) -> None:
    for file in (a_file(both), a_file(both)):
        both.objects.purge(FIRST, file.object_key)

    with pytest.raises(Conflict, match="source_of_another"):
        require_target(both, "2")
