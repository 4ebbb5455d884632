"""A database that was thrown away is made again from the bucket, on both stores."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient
from ulid import ULID

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import Conflict
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.store.s3.store import s3_client
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.upkeep.reconcile import Tally, reconcile
from tests.builders import (
    ALICE,
    BOB,
    LARGE,
    NO_METADATA,
    OTHER,
    PICTURE,
    SONG,
    a_covered_file,
    a_file,
    a_sent_multipart,
    a_staged_upload,
    fetch,
    later,
)
from tests.conftest import prepared_ports
from tests.helpers.moving import move, remove_old, run_to_end

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

FEW, MANY = 40, 10_000
SIZES = [
    pytest.param(FEW, id="40"),
    pytest.param(MANY, id="10000", marks=[pytest.mark.torture("10,000 files a store"), pytest.mark.timeout(7200)]),
]
# Its key holds a hash, from which nobody gets it back.
ZOE = Caller("auth0|zoë@example.com", frozenset(ALL_SCOPES))
PEOPLE = (ALICE, BOB, ZOE)


def throw_away(settings: Settings) -> None:
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as database:
        database.drop_database(settings.mongodb_database)


def rebuild(settings: Settings, ports: Ports, *options: str) -> tuple[int, list[str]]:
    return rebuild_bucket(settings, ports, settings.minio_bucket, *options)


def rebuild_bucket(settings: Settings, ports: Ports, bucket: str, *options: str) -> tuple[int, list[str]]:
    runner = create_app(settings, ports).test_cli_runner()
    done = runner.invoke(args=["store", "rebuild", bucket, *options])
    return done.exit_code, done.output.splitlines()


def facts(file: Upload) -> Upload:
    """Return what a rebuilt file has to have again: all but times of the service, and what people did since."""
    # The id was made some milliseconds before the document.
    made_at = ULID.from_str(file.upload_id).datetime
    now: dict[str, Any] = {"created_at": made_at, "confirmed_at": None, "urls_expire_at": made_at, "expires_at": None}
    now |= {"revision": 0, "edited": None, "outbox": (), "next_check_at": None}
    multipart = replace(file.multipart, store_upload_id=None, part_size_bytes=None) if file.multipart else None
    staged = replace(file.staged, replaces=False) if file.staged else None
    return replace(file, **now, multipart=multipart, staged=staged)


def all_facts(ports: Ports, *people: Caller) -> dict[str, Upload]:
    files = (file for who in people for file in ports.records.page(UploadQuery(who.owner, limit=20_000)))
    return {file.upload_id: facts(file) for file in files}


@pytest.fixture
def before(either_settings: Settings) -> Iterator[Ports]:
    """The service until its database is lost."""
    with prepared_ports(either_settings) as ports:
        yield ports


@pytest.mark.parametrize("files", SIZES)
def test_a_lost_database_comes_back(either_settings: Settings, before: Ports, files: int) -> None:
    def one(number: int) -> None:
        metadata = FileMetadata(mood="happy", title=f"Lied № {number} 日本", tags=["a", f"é{number}"])
        a_file(before, PEOPLE[number % 3], b"%d" % number, filename=f"Stück {number} '\".mp3", metadata=metadata)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(files)))
    large = confirm_upload(before, ALICE, a_sent_multipart(before, body=LARGE).upload_id, NO_METADATA)
    late = FileMetadata(title="given at the end")
    first = confirm_upload(before, ALICE, a_staged_upload(before).upload_id, late)
    staged = confirm_upload(before, ALICE, a_staged_upload(before, body=OTHER).upload_id, NO_METADATA)
    assert staged.upload_id == first.upload_id
    covered = a_covered_file(before)
    expected = all_facts(before, *PEOPLE)
    assert len(expected) == files + 3
    cover = before.records.get(str(covered.cover_id))
    assert cover
    throw_away(either_settings)

    with prepared_ports(either_settings) as ports:
        code, lines = rebuild(either_settings, ports)

        assert (code, lines) == (0, [f"{files + 4} rebuilt, 0 here already, 0 refused"])
        again = all_facts(ports, *PEOPLE)
        assert {k: v for k, v in again.items() if v != expected.get(k)} == {}
        assert again.keys() == expected.keys()
        assert fetch(ports, again[large.upload_id]) == LARGE
        assert fetch(ports, again[staged.upload_id]) == OTHER
        assert fetch(ports, again[covered.upload_id]) == SONG
        shown = ports.records.get(cover.upload_id)
        assert shown
        assert facts(shown) == facts(cover)
        assert fetch(ports, shown) == PICTURE
        assert list(reconcile(later(ports, days=2), Tally())) == []
        assert rebuild(either_settings, ports)[1] == [f"0 rebuilt, {files + 4} here already, 0 refused"]


def test_what_cannot_be_rebuilt_is_named_by_key_and_reason(either_settings: Settings, before: Ports) -> None:
    """Bytes that are others now, a label that is not there, is another's, or is of another key; a cover alone."""
    client, bucket = s3_client(either_settings), either_settings.minio_bucket
    right = a_file(before, metadata=FileMetadata(visibility="public", title="t"))
    changed, bare, moved = a_file(before), a_file(before), a_file(before)
    covered = a_covered_file(before)
    label = client.head_object(Bucket=bucket, Key=changed.object_key)["Metadata"]
    assert label.keys() == {"moodrop"}

    def put(key: str, body: bytes, metadata: dict[str, str]) -> None:
        client.put_object(Bucket=bucket, Key=key, Body=body, ContentType="audio/mpeg", Metadata=metadata)

    put(changed.object_key, OTHER, label)
    put(bare.object_key, SONG, {})
    put(moved.object_key, SONG, label)
    before.objects.purge(bucket, covered.object_key)
    throw_away(either_settings)

    with prepared_ports(either_settings) as ports:
        code, lines = rebuild(either_settings, ports, "--private")

        assert code == 1
        assert lines[-1] == "1 rebuilt, 0 here already, 4 refused"
        reasons = dict(line.split(": ", 1) for line in lines[:-1])
        assert reasons[changed.object_key].startswith("its sha256 is ")
        assert reasons[bare.object_key].startswith("it has no label")
        assert reasons[moved.object_key].startswith("its label is another")
        assert f"the file {covered.upload_id}, which is not here" in " ".join(reasons.values())
        file = ports.records.get(right.upload_id)
        assert file
        assert (file.metadata.visibility, file.metadata.title) == ("private", "t")


def test_another_deployments_bucket_is_refused(settings: Settings, real_ports: Ports) -> None:
    for _ in range(3):
        a_file(real_ports)
    throw_away(settings)
    stranger = Settings(
        **{**settings.model_dump(exclude_unset=True), "secret_key": "5f0d" * 4 + "9be2c71a63d8e4f1" * 2}
    )

    code, _, error = run_to_end(stranger, "store", "rebuild", settings.minio_bucket)

    assert code == 1
    assert "bucket_of_another: none of the first 3 labels" in error
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as database:
        assert database[settings.mongodb_database]["uploads"].count_documents({}) == 0
    # With the key of the time before behind the new one, it is ours.
    rotated = replace_key(settings, f"{'7d1e' * 4}{'0c94b6a8f3d2e517' * 2},{settings.secret_key.get_secret_value()}")
    code, output, error = run_to_end(rotated, "store", "rebuild", settings.minio_bucket)
    assert (code, output.strip()) == (0, "3 rebuilt, 0 here already, 0 refused"), error


def replace_key(settings: Settings, keys: str) -> Settings:
    return Settings(**{**settings.model_dump(exclude_unset=True), "secret_key": keys})


def test_files_that_moved_come_back_from_the_second_store(two_stores: Settings) -> None:
    """Labels move with their objects, and the bucket is ours although a move marked it for the lost database."""
    bucket = f"2:{two_stores.store_2_bucket}"
    with prepared_ports(two_stores) as ports:
        file = a_file(ports, ZOE, OTHER, filename="Größe.mp3")
        assert move(ports, "2").is_complete
        expected = ports.records.get(file.upload_id)
    throw_away(two_stores)

    with prepared_ports(two_stores) as ports:
        done = rebuild_bucket(two_stores, ports, bucket)

        assert done == (0, ["1 rebuilt, 0 here already, 0 refused"])
        again = ports.records.get(file.upload_id)
        assert again
        assert expected
        assert facts(again) == replace(facts(expected), moved_at=None, moved_source=None, left=None)
        assert fetch(ports, again) == OTHER


COPIES = "{} of those here already are in another store, and left a copy in this one"


def every_kind(ports: Ports) -> dict[str, bytes]:
    """Make a file of each kind; return the bytes of each and of a cover by their ids."""
    large = confirm_upload(ports, ALICE, a_sent_multipart(ports, body=LARGE).upload_id, NO_METADATA)
    staged = confirm_upload(ports, ALICE, a_staged_upload(ports, body=OTHER).upload_id, NO_METADATA)
    covered = a_covered_file(ports)
    files = {a_file(ports, ZOE, OTHER).upload_id: OTHER, a_file(ports, checksum=None).upload_id: SONG}
    return {
        **files,
        large.upload_id: LARGE,
        staged.upload_id: OTHER,
        covered.upload_id: SONG,
        str(covered.cover_id): PICTURE,
    }


@pytest.mark.parametrize("begins_with", ["2", "1"])
def test_after_a_rebuild_of_both_stores_files_go_back_to_their_copies(two_stores: Settings, begins_with: str) -> None:
    """Whichever bucket is rebuilt first has the files, and in the other they have left a copy."""
    buckets = {"1": two_stores.minio_bucket, "2": f"2:{two_stores.store_2_bucket}"}
    ends_with = {"1": "2", "2": "1"}[begins_with]
    with prepared_ports(two_stores) as ports:
        files = every_kind(ports)
        assert move(ports, "2").is_complete
    throw_away(two_stores)

    with prepared_ports(two_stores) as ports:
        count = len(files)
        rebuilt = rebuild_bucket(two_stores, ports, buckets[begins_with])
        assert rebuilt == (0, [f"{count} rebuilt, 0 here already, 0 refused"])
        # The second store's bucket has the mark of the lost database as well.
        with pytest.raises(Conflict, match={"1": "target_not_empty", "2": "target_of_another"}[ends_with]):
            move(ports, ends_with)

        noted = rebuild_bucket(two_stores, ports, buckets[ends_with])
        assert noted == (0, [f"0 rebuilt, {count} here already, 0 refused", COPIES.format(count)])
        again = rebuild_bucket(two_stores, ports, buckets[ends_with])
        assert again == (0, [f"0 rebuilt, {count} here already, 0 refused"])
        assert list(reconcile(later(ports, days=2), Tally(), thorough=True)) == []

        report = move(ports, ends_with)
        assert (report.moved, report.returned, report.is_complete) == (count, count, True)
        for file_id, body in files.items():
            file = ports.records.get(file_id)
            assert file
            assert (file.bucket, fetch(ports, file)) == (buckets[ends_with], body)
        assert list(reconcile(later(ports, days=2), Tally(), thorough=True)) == []
        assert remove_old(later(ports, days=8), ends_with).removed == count
        assert list(ports.objects.iter_objects(buckets[begins_with], "uploads/alice/")) == []


def test_a_copy_with_other_bytes_is_named_and_never_gone_back_to(two_stores: Settings) -> None:
    """Of another length, and of the same one; the others are noted."""
    first = two_stores.minio_bucket
    with prepared_ports(two_stores) as ports:
        longer, other, right = a_file(ports), a_file(ports), a_file(ports)
        assert move(ports, "2").is_complete
    client = s3_client(two_stores)
    for file, body in ((longer, SONG + b"1"), (other, bytes(len(SONG)))):
        label = client.head_object(Bucket=first, Key=file.object_key)["Metadata"]
        client.put_object(Bucket=first, Key=file.object_key, Body=body, ContentType="audio/mpeg", Metadata=label)
    throw_away(two_stores)

    with prepared_ports(two_stores) as ports:
        assert rebuild_bucket(two_stores, ports, f"2:{two_stores.store_2_bucket}")[0] == 0
        code, lines = rebuild_bucket(two_stores, ports, first)

        assert code == 1
        assert lines[-2:] == ["0 rebuilt, 1 here already, 2 refused", COPIES.format(1)]
        reasons = dict(line.split(": ", 1) for line in lines[:-2])
        assert reasons.keys() == {longer.object_key, other.object_key}
        assert all("has other bytes" in reason for reason in reasons.values())
        for file in (longer, other):
            now = ports.records.get(file.upload_id)
            assert now
            assert now.left is None
        intact = ports.records.get(right.upload_id)
        assert intact
        assert intact.left
        assert intact.left.bucket == first
