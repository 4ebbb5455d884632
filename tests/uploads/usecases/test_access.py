"""What a caller may reach and describe, rule by rule."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.ports import Ports
from service.shared.errors import ScopeMissing
from service.shared.model import Caller, Grant
from service.shared.scopes import (
    ADMIN,
    FILES_READ,
    FILES_WRITE,
    UPLOADS_WRITE,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.access import (
    is_edited,
    is_narrowed,
    late_metadata,
    may_describe,
    may_describe_first,
    may_describe_target,
    reaches,
    require_may_describe,
    shown_to,
    shown_to_editor,
)
from tests.builders import ALICE, CREATED_AT, a_record
from tests.conftest import Clock

UPLOADER = Caller("alice", frozenset((UPLOADS_WRITE,)))
EDITOR = Caller("alice", frozenset((UPLOADS_WRITE, FILES_WRITE)))
READER = Caller("alice", frozenset((UPLOADS_WRITE, FILES_READ)))
NAMED = Caller("alice", frozenset((UPLOADS_WRITE,)), token_id="t1")
GRANTED = Caller("alice", frozenset((UPLOADS_WRITE,)), grant=Grant(), token_id="t1")
NAMELESS = Caller("alice", frozenset((UPLOADS_WRITE,)), grant=Grant())


def a_swept_file(**changes: Any) -> Upload:
    """Return a file that the sweeper confirmed, under a key that its uploader named."""
    fields: dict[str, Any] = {"status": UploadStatus.READY, "confirmed_by": "sweep", "edited": False, "revision": 1}
    return a_record(**{**fields, "object_key": "uploads/alice/a b.mp3", **changes})


@pytest.mark.parametrize(
    ("caller", "started_with", "narrowed", "reached"),
    [
        (ALICE, None, False, True),
        (ALICE, "t1", False, True),
        (NAMED, "t1", True, True),
        (NAMED, "t2", True, False),
        (NAMED, None, True, False),
        (GRANTED, "t1", True, True),
        (GRANTED, None, True, False),
        (NAMELESS, None, True, False),
        (NAMELESS, "t1", True, False),
    ],
)
def test_a_narrowed_token_reaches_what_it_started(
    caller: Caller, started_with: str | None, narrowed: bool, reached: bool
) -> None:
    """Only among its owner's uploads; nobody reaches another owner's."""
    upload = a_record(started_with=started_with)

    assert is_narrowed(caller) is narrowed
    assert reaches(caller, upload) is reached
    assert not reaches(replace(caller, owner="bob"), upload)


@pytest.mark.parametrize("confirmed_by", ["event", "sweep", "look"])
def test_who_sent_a_found_file_has_the_first_word(ports: Ports, clock: Clock, confirmed_by: str) -> None:
    """Until just before the time by which it was to be confirmed."""
    clock.time = CREATED_AT
    file = a_swept_file(confirmed_by=confirmed_by)

    clock.pass_(ports.policy.pending_expires_in - 0.001)
    assert may_describe_first(ports, file)
    clock.pass_(0.001)
    assert not may_describe_first(ports, file)


@pytest.mark.parametrize(
    "changes",
    [
        {"confirmed_by": "client"},
        {"confirmed_by": None},
        {"edited": True},
        {"edited": None, "revision": 2},
        {"status": UploadStatus.DELETED},
        {"status": UploadStatus.PENDING},
    ],
)
def test_there_is_no_first_word_of(ports: Ports, clock: Clock, changes: dict[str, Any]) -> None:
    """Files that their client confirmed or others described, and what is no file."""
    clock.time = CREATED_AT

    assert not may_describe_first(ports, a_swept_file(**changes))


@pytest.mark.parametrize(
    ("edited", "revision", "expected"),
    [(True, 1, True), (False, 9, False), (None, 1, False), (None, 2, True), (None, 0, False)],
)
def test_a_file_of_an_older_version_is_edited_by_its_revision(
    edited: bool | None, revision: int, expected: bool
) -> None:
    """Its document does not say so itself."""
    assert is_edited(a_swept_file(edited=edited, revision=revision)) is expected


def test_who_may_describe_a_file_that_is_there(ports: Ports, clock: Clock) -> None:
    """With files:write always; otherwise its uploader, for the first description."""
    clock.time = CREATED_AT
    first, later = a_swept_file(), a_swept_file(confirmed_by="client")

    assert may_describe(ports, EDITOR, first)
    assert may_describe(ports, EDITOR, later)
    assert may_describe(ports, UPLOADER, first)
    assert not may_describe(ports, UPLOADER, later)
    assert not may_describe(ports, replace(UPLOADER, owner="bob"), first)
    assert not may_describe(ports, NAMED, first)


FOR_A_CHANGE = "the key already has a file: to change it the token needs the scope 'files:write'"
FOR_ITS_VISIBILITY = "the key already has a file: to set visibility the token needs the scope 'files:write'"


@pytest.mark.parametrize(
    ("changes", "fields", "detail"),
    [
        ({"object_key": a_record().object_key}, {}, FOR_A_CHANGE),
        ({"confirmed_by": "client"}, {}, FOR_A_CHANGE),
        ({}, {"visibility": "public"}, FOR_ITS_VISIBILITY),
        ({}, {"visibility": "private"}, FOR_ITS_VISIBILITY),
    ],
)
def test_by_its_key_a_file_is_described_with_files_write(
    ports: Ports, clock: Clock, changes: dict[str, Any], fields: Any, detail: str
) -> None:
    """Others may know the key."""
    clock.time = CREATED_AT
    file = a_swept_file(**changes)

    require_may_describe(ports, EDITOR, file, FileMetadata(**fields))
    with pytest.raises(ScopeMissing) as refused:
        require_may_describe(ports, UPLOADER, file, FileMetadata(**fields))
    assert refused.value.detail == detail


def test_by_its_key_the_first_word_is_its_uploaders(ports: Ports, clock: Clock) -> None:
    """If the uploader named the key; it may set everything but the visibility."""
    clock.time = CREATED_AT

    require_may_describe(ports, UPLOADER, a_swept_file(), FileMetadata(title="A"))


def test_a_late_word_publishes_nothing() -> None:
    """Without files:write, a first description may set everything else, and may make the file private."""
    public, private = FileMetadata(title="A", visibility="public"), FileMetadata(title="A", visibility="private")

    assert late_metadata(UPLOADER, public) == FileMetadata(title="A")
    assert late_metadata(UPLOADER, private) == private
    assert late_metadata(EDITOR, public) == public
    assert late_metadata(Caller("alice", frozenset((ADMIN,))), public) == public


def test_who_speaks_for_the_file_that_is_replaced() -> None:
    """An upload that may replace a file needs files:write for its metadata."""
    assert may_describe_target(UPLOADER, a_record(replaces=False))
    assert not may_describe_target(UPLOADER, a_record(replaces=True))
    assert may_describe_target(EDITOR, a_record(replaces=True))


def test_without_files_read_nothing_is_shown_that_others_said() -> None:
    """Except the visibility and the caller's own metadata."""
    metadata = FileMetadata(mood="sad", title="Theirs", visibility="public")
    own, edited = a_swept_file(metadata=metadata), a_swept_file(metadata=metadata, edited=True)
    another = a_record("01JD8ZK3V0X5W9QH2M4N6P7R8T")

    assert shown_to(UPLOADER, own, own) == own
    assert shown_to(READER, edited, edited) == edited
    hidden = {"filename": own.object_key.rpartition("/")[2], "metadata": FileMetadata(visibility="public")}
    assert shown_to(UPLOADER, edited, edited) == replace(edited, **hidden)
    assert shown_to(UPLOADER, own, another) == replace(own, **hidden)
    gone = replace(edited, status=UploadStatus.DELETED)
    assert shown_to(UPLOADER, gone, another) == gone


def test_without_files_read_an_editor_is_shown_its_own_words() -> None:
    """It gets back what it sent and the visibility, but nobody else's metadata."""
    metadata = FileMetadata(mood="sad", title="Mine", artist="Theirs", visibility="public")
    file = a_swept_file(metadata=metadata, filename="mine.mp3")

    assert shown_to_editor(READER, file, {"title": "Mine"}) == file
    of_title = shown_to_editor(UPLOADER, file, {"title": "Mine"})
    assert of_title == replace(file, filename="a b.mp3", metadata=FileMetadata(title="Mine", visibility="public"))
    of_name = shown_to_editor(UPLOADER, file, {"filename": "mine.mp3"})
    assert of_name == replace(file, metadata=FileMetadata(visibility="public"))


def test_the_first_word_is_counted_from_the_start(ports: Ports, clock: Clock) -> None:
    """Not from when the bytes were found."""
    clock.time = CREATED_AT + timedelta(seconds=ports.policy.pending_expires_in)

    assert not may_describe_first(ports, a_swept_file(confirmed_at=clock()))
