"""The service's answers as the client's types."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from moodrop import Features, File, Session, Thumbnail, Upload
from moodrop.calls.parsing import parse
from moodrop.errors import ServerUnknown
from moodrop.model import METADATA_FIELDS, Checksum, DownloadUrl, Grant, Limits, MetadataOptions, Quota, StoredPart
from service.accounts.api import schemas as accounts
from service.uploads.api.schemas import batches, described, files, uploads

FILE: dict[str, Any] = {
    "file_id": "01JD8ZK3V0X5W9QH2M4N6P7R8S",
    "object_key": "uploads/local/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3",
    "filename": "Tönë.mp3",
    "content_type": "audio/mpeg",
    "size_bytes": 3,
    "checksum": {"algorithm": "sha256", "value_base64": "aa==", "verified": True},
    "owner": "local",
    "created_at": "2026-11-21T09:45:31.512000Z",
    "confirmed_at": "2026-11-21T09:45:32Z",
    "revision": 1,
    "etag": "abc",
    "mood": None,
    "title": "T",
    "artist": None,
    "tags": ["a", "b"],
    "visibility": "public",
}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (File, files.FileAnswer),
        (Thumbnail, files.ThumbnailAnswer),
        (Features, accounts.SessionFeatures),
        (Checksum, described.ChecksumAnswer),
        (StoredPart, uploads.StoredPartAnswer),
        (Session, accounts.SessionAnswer),
        (Limits, accounts.Limits),
        (Grant, accounts.SessionGrant),
        (Quota, accounts.SessionQuota),
        (DownloadUrl, batches.DownloadRow),
        (Upload, uploads.UploadAnswer),
    ],
)
def test_the_types_have_the_fields_of_the_answers(ours: Any, theirs: type[BaseModel]) -> None:
    """With the same names; fields for programs alone are left out."""
    not_shown = {"method", "object_key"} if ours is DownloadUrl else {"owner"} if ours is Upload else set()

    assert {field.name for field in fields(ours)} == set(theirs.model_fields) - not_shown


def test_a_file_tells_what_was_made_of_it_in_words_that_a_newer_service_may_add() -> None:
    """An older service says nothing of it."""
    thumbnail = {"v": "5f0c", "blurhash": "LEHV6n", "width": 1500, "height": 1000, "palette": ["#fff"]}
    made = {"media_state": "dreaming", "duration_verified": True, "thumbnail": thumbnail, "threat": "EICAR"}
    made |= {"waveform": "A" * 48}
    file, older = parse(File, {**FILE, **made}), parse(File, FILE)

    assert (file.media_state, file.duration_verified, file.threat) == ("dreaming", True, "EICAR")
    assert (file.waveform, older.waveform) == ("A" * 48, None)
    assert file.thumbnail == Thumbnail(v="5f0c", blurhash="LEHV6n", width=1500, height=1000)
    assert (older.media_state, older.duration_verified, older.thumbnail, older.threat) == (None, False, None, None)


@pytest.mark.parametrize("place", [{"owner": None, "object_key": None}, {}])
def test_anothers_file_has_neither_owner_nor_key(place: dict[str, None]) -> None:
    """Whether they are null or missing in the answer."""
    file = parse(File, {name: value for name, value in FILE.items() if name not in ("owner", "object_key")} | place)

    assert (file.owner, file.object_key) == (None, None)


def test_a_file_is_typed_throughout() -> None:
    """Times, tuples and nested values."""
    file = parse(File, FILE)

    assert file.created_at == datetime(2026, 11, 21, 9, 45, 31, 512000, tzinfo=UTC)
    assert file.checksum == Checksum(algorithm="sha256", value_base64="aa==", verified=True)
    assert (file.tags, file.mood, file.visibility) == (("a", "b"), None, "public")


def test_a_newer_service_may_tell_more() -> None:
    """And an older one may omit fields that have a default."""
    more = {**FILE, "loudness": -14}
    del more["tags"]

    assert parse(File, more).tags == ()


@pytest.mark.parametrize(
    "wrong",
    [{"size_bytes": "3"}, {"size_bytes": None}, {"created_at": "yesterday"}, {"checksum": "abc"}, {"tags": "a"}],
)
def test_what_is_of_another_type_is_of_another_server(wrong: dict[str, object]) -> None:
    """One clear error instead of an AttributeError later."""
    with pytest.raises(ServerUnknown, match="API v1"):
        parse(File, {**FILE, **wrong})


@pytest.mark.parametrize("body", [{}, {"files": []}])
def test_a_missing_field_too(body: dict[str, object]) -> None:
    with pytest.raises(ServerUnknown):
        parse(File, body)


def test_each_field_of_the_metadata_may_be_given_by_name() -> None:
    """`upload()` and `edit_file()` accept all of a file's metadata."""
    assert tuple(MetadataOptions.__annotations__) == METADATA_FIELDS
