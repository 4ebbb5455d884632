"""Pages of rows: what lists show of files is what their uploads say, whoever wrote the documents."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from pymongo.collection import Collection

from service.settings import Settings
from service.uploads.api.schemas.files import FileAnswer
from service.uploads.derived import Derived, DerivedState, Thumbnail
from service.uploads.memory.records import MemoryRecordStore
from service.uploads.metadata import FileMetadata
from service.uploads.model import Checksum, Upload, UploadStatus
from service.uploads.mongo.records import MongoRecordStore
from service.uploads.ports.records import RecordStore
from service.uploads.queries import Position, Sort, UploadQuery
from service.uploads.rows import row_of
from service.uploads.search import index_fields
from tests.builders import CREATED_AT, a_record

COVER = "01JD8ZK3V0X5W9QH2M4N6P7R8W"
WAVEFORM = "IElTV4KZfonFv5W78cim5f+9t/zwq8T3yZnC1JiDpZZlYGND"
ALL = UploadQuery("alice", limit=1000)


def a_derived(source: str, picture: str | None, state: DerivedState, threat: str | None) -> Derived:
    thumbnail = Thumbnail(f"derived/alice/{picture}/poster/2/", "webp", {"96": "v"}, "LEHV6nWB2yk8", 640, 480)
    seconds = 215.4 if state is DerivedState.READY else None
    return Derived(
        state,
        source,
        duration_seconds=seconds,
        waveform=WAVEFORM if state is DerivedState.READY else None,
        thumbnail=thumbnail if picture else None,
        threat=threat,
    )


def files() -> Iterator[Upload]:
    """Yield files with each kind of what may have been made of them, or of other bytes, and by whom."""
    cases = product(
        ("v1", "an older one", "e" * 32),  # the source
        ("v1", None),  # the version: a store may have none
        ("itself", COVER, None),  # the picture
        (COVER, None),  # the cover
        ("image/png", "audio/mpeg", None),
        ((DerivedState.READY, None), (DerivedState.WORKING, None), (DerivedState.READY, "Win.Test.EICAR_HDB-1")),
    )
    for number, (source, version_id, picture, cover_id, content_type, (state, threat)) in enumerate(cases):
        file_id = f"01JD8ZK3V0X5W9QH{number:010d}"
        yield a_file(
            file_id,
            version_id=version_id,
            cover_id=cover_id,
            content_type=content_type,
            derived=a_derived(source, file_id if picture == "itself" else picture, state, threat),
            derived_revision=number % 3,
        )


def a_file(file_id: str, **changes: Any) -> Upload:
    metadata = FileMetadata(title=f"T {int(file_id[-6:]) * 7 % 100}", duration_seconds=3.5, tags=["a", "b"])
    file = a_record(
        file_id,
        **{"object_key": file_id, "status": UploadStatus.READY, "etag": "e" * 32, "confirmed_at": CREATED_AT}
        | {"metadata": metadata, "checksum": Checksum("crc32c", "AAAAAA==", verified=True), "revision": 2}
        | changes,
    )
    return replace(file, **index_fields(file.filename, file.metadata))


def a_bare_file() -> Upload:
    """Return a file of which next to nothing is known."""
    changes = {"metadata": FileMetadata(), "checksum": None, "size_bytes": None, "content_type": None}
    return a_file("01JD8ZK3V0X5W9QH9999999999", **changes)


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.real)])
def records(request: pytest.FixtureRequest) -> RecordStore:
    store: RecordStore = MemoryRecordStore() if request.param == "memory" else request.getfixturevalue("mongo")
    return store


@pytest.fixture
def mongo(settings: Settings) -> Iterator[MongoRecordStore]:
    store = MongoRecordStore(settings)
    store.prepare()
    yield store
    store.close()


@pytest.fixture
def documents(mongo: MongoRecordStore) -> Collection[dict[str, Any]]:
    """What others may have written."""
    return mongo.database["files"]


@pytest.mark.parametrize("sort", Sort)
def test_a_page_has_a_row_for_each_upload(records: RecordStore, sort: Sort) -> None:
    """In the same order, with the same values as a model of the API has them, and ends where they end."""
    records.add_many([*files(), a_bare_file()])
    query = replace(ALL, sort=sort)
    uploads = records.page(query)

    page = records.file_page(query)

    assert page.rows == [row_of(upload) for upload in uploads]
    assert page.end == Position.of(uploads[-1], sort)
    assert [list(row) for row in page.rows] == [list(row_of(upload)) for upload in uploads]
    for row in page.rows:
        assert row.keys() == FileAnswer.model_fields.keys()
        FileAnswer.model_validate(row, strict=True)


def test_the_files_differ_in_what_they_show() -> None:
    """Otherwise the other tests would prove little."""
    rows = [row_of(file) for file in files()]

    for name in ("thumbnail", "waveform", "media_state", "threat", "duration_verified"):
        assert len({str(row[name]) for row in rows}) > 1, name


def test_an_empty_page_ends_nowhere(records: RecordStore) -> None:
    assert (records.file_page(ALL).rows, records.file_page(ALL).end) == ([], None)


def test_a_page_follows_each_change_of_what_was_derived(records: RecordStore) -> None:
    """With and without a revision of it, to another and to none."""
    file = next(files())
    records.add(file)
    for changes in (
        {"derived": replace(file.derived, state=DerivedState.FAILED) if file.derived else None},
        {"derived": None},
        {"derived": None, "derived_revision": 7},
        {"derived": file.derived, "derived_revision": 8},
    ):
        changed = records.change(file.upload_id, {}, changes)  # type: ignore[arg-type]

        assert changed
        assert records.file_page(ALL).rows == [row_of(changed)]


@pytest.mark.real
@pytest.mark.parametrize("wrote", ["all of it", "what was derived"])
def test_what_an_older_version_wrote_is_shown(
    mongo: MongoRecordStore, documents: Collection[dict[str, Any]], wrote: str
) -> None:
    """It does not know the text that lists read, and leaves that of an earlier revision behind, if there is one."""
    mongo.add_many([replace(file, derived_revision=3) for file in files()])
    if wrote == "all of it":
        documents.update_many({}, {"$unset": {"derived_row": ""}})
    else:
        documents.update_many({}, {"$set": {"derived.state": "failed"}, "$inc": {"derived_revision": 1}})

    rows = mongo.file_page(ALL).rows

    assert rows == [row_of(upload) for upload in mongo.page(ALL)]
    assert {row["media_state"] for row in rows} > ({"ready"} if wrote == "all of it" else {"failed"})


@pytest.mark.real
def test_a_checksum_of_before_the_store_could_check_it_was_not_checked(
    mongo: MongoRecordStore, documents: Collection[dict[str, Any]]
) -> None:
    mongo.add(next(files()))
    documents.update_one({}, {"$unset": {"checksum.verified": ""}})

    assert [row["checksum"]["verified"] for row in mongo.file_page(ALL).rows] == [False]
