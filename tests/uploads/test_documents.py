"""MongoDB documents of uploads: compatible with the previous version, and complete for updates."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, get_type_hints

import bson
from bson.codec_options import CodecOptions

from service.uploads.derived import Derived, DerivedState, OutboxEvent, Thumbnail
from service.uploads.metadata import FileMetadata
from service.uploads.model import MultipartState, StagedState, TransferKind, Upload, UploadChanges, UploadStatus
from service.uploads.mongo.documents import from_document, to_document, to_expected, to_update
from service.uploads.mongo.summaries import NOTHING_PACKED, TEXT, unpack
from tests.builders import CREATED_AT, a_record

COMMON: dict[str, Any] = {
    "_id": "01JD8ZK3V0X5W9QH2M4N6P7R8S",
    "owner": "alice",
    "status": "pending",
    "bucket": "mybucket",
    "filename": "song.mp3",
    "created_at": CREATED_AT,
    "urls_expire_at": CREATED_AT + timedelta(seconds=60),
    "expires_at": CREATED_AT + timedelta(days=1),
    "look_at": CREATED_AT + timedelta(seconds=60),
    "replaces": False,
    "revision": 0,
    "words": [],
    "sort_title": "",
    "mood": "happy",
}
STAGED: dict[str, Any] = {
    **COMMON,
    "kind": "staged",
    "object_key": "incoming/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S",
    "content_type": "",
    "size_bytes": -1,
    "target_key": "uploads/alice/a b.mp3",
    "replaces": True,
}
IN_PARTS: dict[str, Any] = {
    **COMMON,
    "kind": "multipart",
    "object_key": "uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3",
    "content_type": "audio/mpeg",
    "size_bytes": 17_000_000,
    "part_size_bytes": 16_777_216,
    "part_checksum_algorithm": "crc32c",
    "store_upload_id": "YzRhNGVhODk",
    "completing_until": CREATED_AT + timedelta(seconds=90),
}


def test_a_document_of_the_version_before_is_read_the_same() -> None:
    """An empty type and a size of -1 mean unknown; fields of one kind become its state."""
    staged, in_parts = from_document(STAGED), from_document(IN_PARTS)

    assert (staged.kind, staged.content_type, staged.size_bytes) == (TransferKind.STAGED, None, None)
    assert staged.staged == StagedState("uploads/alice/a b.mp3", replaces=True)
    assert staged.multipart is None
    assert in_parts.staged is None
    assert in_parts.multipart == MultipartState(
        "YzRhNGVhODk", 16_777_216, "crc32c", completing_until=CREATED_AT + timedelta(seconds=90)
    )
    assert (in_parts.status, in_parts.metadata) == (UploadStatus.PENDING, FileMetadata(mood="happy"))


def test_a_document_is_written_as_the_version_before_reads_it() -> None:
    """Flat, with the same names and values, so that workers of both versions can run together."""
    assert to_document(from_document(STAGED)) == {**STAGED, "words": ()}
    in_parts = to_document(from_document(IN_PARTS))
    assert {**in_parts, "replaces": False} == {**IN_PARTS, "words": ()}


def test_the_unknown_is_changed_and_expected_as_documents_say_it() -> None:
    """So no query misses an upload because the other version wrote it."""
    assert to_expected({"content_type": None, "size_bytes": None, "abort_at": None}) == {
        "content_type": "",
        "size_bytes": -1,
        "abort_at": None,
    }
    update = to_update({"size_bytes": None, "completing_until": None, "part_size_bytes": 5})
    assert update == {"$set": {"size_bytes": -1, "part_size_bytes": 5}, "$unset": {"completing_until": ""}}


def test_whatever_may_change_is_a_field_with_that_type() -> None:
    """An update of a name that is no field would silently do nothing."""
    known: dict[str, Any] = {}
    for kind in (Upload, MultipartState, StagedState):
        known |= get_type_hints(kind)
    changing = get_type_hints(UploadChanges)

    assert {name: hint for name, hint in changing.items() if name != "metadata"} == {
        name: known[name] for name in changing if name != "metadata"
    }
    names = [field.name for kind in (Upload, MultipartState, StagedState) for field in fields(kind)]
    assert len(names) == len(set(names))
    assert a_record().multipart is None


def test_what_is_derived_and_still_to_be_told_comes_back_as_it_was_written() -> None:
    """Through BSON, whose types are fewer."""
    thumbnail = Thumbnail("derived/alice/1/image/2/", "webp", {"96": "v1", "320": None}, "LEHV6nWB2yk8", 640, 480)
    derived = Derived(DerivedState.READY, "v0", duration_seconds=3.5, waveform="A" * 48, thumbnail=thumbnail)
    derived = replace(derived, failed=("audio",))
    upload = replace(a_record(), outbox=(OutboxEvent.READY,), derived=derived, derived_revision=3)

    stored = bson.decode(bson.encode(to_document(upload)), CodecOptions(tz_aware=True))

    assert from_document(stored) == upload


def test_a_document_shows_lists_that_nothing_is_derived_any_more() -> None:
    """Its revision says that there was something, so a list without a text would take the service for an older one."""
    document = to_document(replace(a_record(), derived=None, derived_revision=3))

    assert unpack(document[TEXT]) == NOTHING_PACKED._replace(revision=3)


def test_a_document_with_nothing_derived_says_nothing_of_it() -> None:
    """Most uploads have none, and every field makes each upload URL more expensive."""
    document = to_document(a_record())

    assert document.keys().isdisjoint({"outbox", "derived", "derived_revision", "derived_row"})
    assert to_expected({"outbox": (), "derived_revision": 0}) == {"outbox": None, "derived_revision": None}
    assert to_update({"outbox": ()}) == {"$set": {}, "$unset": {"outbox": ""}}
