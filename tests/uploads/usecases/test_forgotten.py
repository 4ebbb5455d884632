"""An object is noted when its event arrives, and removed after the grace, if a killed database forgot its document."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ulid import ULID

from service.ports import Ports
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.store.model import PresignedRequest
from service.uploads.model import Upload, UploadStatus
from service.uploads.object_keys import made_id
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.upkeep.store_events import handle_object_created
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, SONG, STAGED_KEY, a_declaration, a_file, later, send
from tests.conftest import Clock

ODD_OWNER = Caller("alice@example.com", frozenset(ALL_SCOPES))


@pytest.fixture
def now(ports: Ports, clock: Clock) -> Ports:
    """Return a clock that shows the time in ids, because ids contain when they were made."""
    clock.time = datetime.now(UTC)
    return replace(ports, new_id=lambda: str(ULID.from_datetime(clock())))


def a_put(ports: Ports) -> tuple[Upload, PresignedRequest]:
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    assert isinstance(transfer, PresignedRequest)
    return upload, transfer


def of_an_odd_owner(ports: Ports) -> tuple[Upload, PresignedRequest]:
    upload, transfer = start_upload(ports, ODD_OWNER, a_declaration(filename="no extension"))
    assert isinstance(transfer, PresignedRequest)
    return upload, transfer


def a_bare_put(ports: Ports) -> tuple[Upload, PresignedRequest]:
    return start_staged(ports, ALICE, STAGED_KEY)


Begin = Callable[[Ports], tuple[Upload, PresignedRequest]]


def forgotten(ports: Ports, begin: Begin = a_put) -> Upload:
    """Return an upload with an issued URL, whose document is lost and whose bytes arrive."""
    upload, transfer = begin(ports)
    assert ports.records.remove(upload.upload_id, {})
    assert send(ports, transfer, SONG, {"content-type": "audio/mpeg", **transfer.headers}).status == 200
    return upload


@pytest.mark.parametrize("begin", [a_put, of_an_odd_owner, a_bare_put])
def test_an_object_that_no_document_names_is_gone_after_the_grace(now: Ports, begin: Begin) -> None:
    """Not earlier, because a returning primary may know it."""
    upload = forgotten(now, begin)

    handle_object_created(now, upload.bucket, upload.object_key)
    handle_object_created(now, upload.bucket, upload.object_key)

    sweep(later(now, hours=23))
    assert now.objects.keys() == [upload.object_key]
    sweep(later(now, hours=25))
    assert now.objects.keys() == []
    assert now.records.get(upload.upload_id) is None


def test_events_at_once_note_it_once(now: Ports) -> None:
    """A store may send the same event twice, to two workers."""
    upload = forgotten(now)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: handle_object_created(now, upload.bucket, upload.object_key), range(16)))

    sweep(later(now, hours=25))
    assert now.objects.keys() == []


def test_the_note_is_nobody_s_upload(now: Ports) -> None:
    """It has an owner that no caller can have, so nobody sees it."""
    upload = forgotten(now)
    handle_object_created(now, upload.bucket, upload.object_key)

    note = now.records.get(upload.upload_id)
    assert note is not None
    assert (note.owner, note.status) == ("", UploadStatus.EXPIRED)


def test_what_an_operator_copies_back_is_left_alone(now: Ports, clock: Clock) -> None:
    """A bucket restored before its database reports many objects without documents."""
    file = a_file(now)
    body = now.objects.head(file.bucket, file.object_key)
    assert now.records.remove(file.upload_id, {})
    clock.pass_(9 * 24 * 3600)
    now.objects.delete_version(file.bucket, file.object_key, file.version_id)
    request = now.objects.presign_put(file.bucket, file.object_key, headers={}, at=clock(), expires_in=60)
    assert send(now, request, SONG).status == 200
    assert body is not None

    handle_object_created(now, file.bucket, file.object_key)

    assert now.records.get(file.upload_id) is None
    sweep(later(now, days=9))
    assert now.objects.keys() == [file.object_key]


@pytest.mark.parametrize(
    "object_key",
    [
        "uploads/alice/by hand.mp3",
        "uploads/alice/deeper/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3",
        "other/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3",
        "uploads/alice/UUUUUUUUUUUUUUUUUUUUUUUUUU.mp3",
        "uploads/alice/ZZZZZZZZZZZZZZZZZZZZZZZZZZ.mp3",
        "incoming/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3",
        "uploads/01JD8ZK3V0X5W9QH2M4N6P7R8S",
        "uploads/a/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3\n",
    ],
)
def test_an_object_of_another_shape_is_left_alone(now: Ports, object_key: str) -> None:
    """Other people's objects in the bucket are not ours to remove."""
    bucket = now.policy.bucket
    request = now.objects.presign_put(bucket, object_key, headers={}, at=now.now(), expires_in=60)
    assert send(now, request, SONG).status == 200

    handle_object_created(now, bucket, object_key)
    sweep(later(now, days=9))

    assert now.objects.keys() == [object_key]


def test_an_event_about_nothing_notes_nothing(now: Ports) -> None:
    """Late, forged, or for another bucket: there is no object to remove."""
    upload, _ = a_put(now)
    assert now.records.remove(upload.upload_id, {})

    handle_object_created(now, upload.bucket, upload.object_key)
    handle_object_created(now, "another", upload.object_key)

    assert now.records.get(upload.upload_id) is None


def test_the_id_in_a_key_is_found_where_the_key_was_made_here() -> None:
    """Under both prefixes."""
    assert made_id("uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3") == "01JD8ZK3V0X5W9QH2M4N6P7R8S"
    assert made_id("uploads/h.0123/01JD8ZK3V0X5W9QH2M4N6P7R8S") == "01JD8ZK3V0X5W9QH2M4N6P7R8S"
    assert made_id("incoming/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S") == "01JD8ZK3V0X5W9QH2M4N6P7R8S"
    assert made_id(STAGED_KEY) == ""


@pytest.mark.parametrize(
    "key",
    [
        "uploads/alice/01jd8zk3v0x5w9qh2m4n6p7r8s.mp3",
        "uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.MP3",
        "uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.a.mp3",
        "uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3/a",
        "uploads/alice/a/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3",
        "incoming/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3",
        "elsewhere/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S",
        "uploads/alice/Z1JD8ZK3V0X5W9QH2M4N6P7R8S.mp3",
    ],
)
def test_a_key_that_only_looks_like_one_made_here_names_no_upload(key: str) -> None:
    """No client may use it, and none of our URLs writes there, so its name removes nothing."""
    assert made_id(key) == ""
