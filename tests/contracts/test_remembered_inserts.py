"""If a killed mongod forgets documents, the process that inserted them writes them again."""

from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread
from time import monotonic, sleep

import bson
import pytest
from bson.raw_bson import RawBSONDocument

from service.app import new_ulid
from service.shared.errors import DatabaseUnavailable
from service.uploads.model import Upload, UploadStatus
from service.uploads.mongo.documents import to_document
from service.uploads.mongo.recent_inserts import PAUSE_S, RecentInserts
from service.uploads.mongo.records import MongoRecordStore
from tests.builders import a_record
from tests.integration.frail import Frail

pytestmark = pytest.mark.real
THREADS, KILLS = 4, 3


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frail]:
    """A mongod that a test may kill."""
    servers = Frail(tmp_path_factory.mktemp("frail"))
    servers.start_database()
    yield servers
    servers.stop()


@pytest.fixture
def records(frail: Frail) -> Iterator[MongoRecordStore]:
    store = MongoRecordStore(frail.settings())
    store.prepare()
    yield store
    store.close()


def read_back(records: MongoRecordStore, upload_id: str) -> Upload | None:
    """Read as soon as the database answers."""
    until = monotonic() + 20
    while monotonic() < until:
        with suppress(DatabaseUnavailable):
            return records.get(upload_id)
        sleep(0.1)
    pytest.fail("the database does not come back")


def test_no_acknowledged_insert_is_missing_after_a_kill(frail: Frail, records: MongoRecordStore) -> None:
    """Without this, each kill would lose 10 to 100 documents, because nobody waits for the journal."""
    for kill in range(KILLS):
        acknowledged: list[str] = []
        stop = Event()

        def insert(acknowledged: list[str] = acknowledged, stop: Event = stop) -> None:
            while not stop.is_set():
                one, many = a_record(new_ulid()), [a_record(new_ulid()) for _ in range(2)]
                with suppress(DatabaseUnavailable):
                    records.add(one)
                    acknowledged.append(one.upload_id)
                    records.add_many(many)
                    acknowledged.extend(upload.upload_id for upload in many)

        working = [Thread(target=insert) for _ in range(THREADS)]
        for thread in working:
            thread.start()
        sleep(0.5 + kill / 20)
        frail.kill(frail.database)
        stop.set()
        for thread in working:
            thread.join()
        frail.start_database()

        assert acknowledged
        assert [upload_id for upload_id in acknowledged[-500:] if read_back(records, upload_id) is None] == []


def remembered(records: MongoRecordStore, upload: Upload) -> RecentInserts:
    memory = RecentInserts()
    memory.write_to(records.database["files"])
    remember(memory, upload)
    return memory


def remember(memory: RecentInserts, upload: Upload) -> None:
    memory.add([upload], [RawBSONDocument(bson.encode(to_document(upload)))])


def test_what_is_there_stays_as_it_is(records: MongoRecordStore) -> None:
    """A confirm may have changed it, or another process may have written it."""
    upload = a_record(new_ulid())
    memory = remembered(records, upload)
    records.add(upload)
    records.change(upload.upload_id, {}, {"status": UploadStatus.READY})

    assert memory.restore() == 0
    assert records.get(upload.upload_id).status is UploadStatus.READY  # type: ignore[union-attr]


def test_the_note_of_an_event_gives_way(records: MongoRecordStore) -> None:
    """The store's event may arrive before the document is back."""
    upload = a_record(new_ulid())
    memory = remembered(records, upload)
    records.add(a_record(upload.upload_id, owner="", status=UploadStatus.EXPIRED))

    assert memory.restore() == 1
    assert records.get(upload.upload_id) == upload


def test_a_look_for_an_upload_passes_by_the_note_of_an_event(records: MongoRecordStore) -> None:
    """Otherwise its owner would get 404 until this process has written the document again."""
    upload = a_record(new_ulid())
    records.add(upload)
    note = a_record(upload.upload_id, owner="", status=UploadStatus.EXPIRED)
    records.database["files"].replace_one({"_id": upload.upload_id}, to_document(note))

    assert records.get(upload.upload_id) == upload


def test_another_upload_of_the_same_idempotency_key_is_left_alone(records: MongoRecordStore) -> None:
    """The client has repeated its request and uses that upload now."""
    first, second = (a_record(new_ulid(), idempotency_key="again") for _ in range(2))
    memory = remembered(records, first)
    records.add(second)

    assert memory.restore() == 0
    assert records.get(first.upload_id) is None
    assert records.get(second.upload_id) == second


@pytest.mark.parametrize("pause_s", [PAUSE_S / 2, PAUSE_S + 0.1, 60])
def test_what_the_journal_has_is_forgotten(
    records: MongoRecordStore, monkeypatch: pytest.MonkeyPatch, pause_s: float
) -> None:
    """So memory holds only the inserts of a few seconds, or the last few of a quiet service."""
    upload, now = a_record(new_ulid()), monotonic()
    memory = remembered(records, upload)
    for step in range(20):
        insert_at(now + step * pause_s, memory, monkeypatch)

    assert memory.restore(upload.upload_id) == 0
    assert records.get(upload.upload_id) is None
    assert len(vars(memory)["_inserts"]) <= 15


def insert_at(at: float, memory: RecentInserts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.uploads.mongo.recent_inserts.time.monotonic", lambda: at)
    remember(memory, a_record(new_ulid()))


def test_an_outage_makes_nothing_forgotten(records: MongoRecordStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first inserts afterwards may come before the lost ones are written again."""
    upload, now = a_record(new_ulid()), monotonic()
    memory = remembered(records, upload)
    for step in range(9):
        insert_at(now + 30 + step / 2, memory, monkeypatch)

    assert memory.restore(upload.upload_id) == 1
    assert records.get(upload.upload_id) == upload
