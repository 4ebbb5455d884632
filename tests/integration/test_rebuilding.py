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
from tests.helpers.moving import move, run_to_end

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
    runner = create_app(settings, ports).test_cli_runner()
    done = runner.invoke(args=["store", "rebuild", settings.minio_bucket, *options])
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
        runner = create_app(two_stores, ports).test_cli_runner()
        done = runner.invoke(args=["store", "rebuild", bucket])

        assert (done.exit_code, done.output) == (0, "1 rebuilt, 0 here already, 0 refused\n")
        again = ports.records.get(file.upload_id)
        assert again
        assert expected
        assert facts(again) == replace(facts(expected), moved_at=None, moved_source=None, left=None)
        assert fetch(ports, again) == OTHER
