"""Files: listed, counted, downloaded and deleted by their owner alone."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

import pytest

from service.ports import Ports
from service.shared.errors import ScopeMissing
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, FILES_WRITE, UPLOADS_WRITE
from service.uploads.errors import (
    FileDeleted,
    FileNotFound,
    KeyOutsidePrefix,
    MoodNotAllowed,
    ObjectMissing,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import UploadStatus
from service.uploads.queries import Position, UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.files.read import count_by_mood, get_file, list_files
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    BOB,
    NO_METADATA,
    OTHER,
    SONG,
    STAGED_KEY,
    a_declaration,
    a_file,
    a_sent_upload,
    a_staged_upload,
    fetch,
    send,
)
from tests.conftest import Clock


def ids(ports: Ports, caller: Caller = ALICE, mood: str | None = None) -> list[str]:
    return [file.upload_id for file in list_files(ports, caller, UploadQuery(caller.owner, mood=mood))]


def test_files_are_listed_newest_first_and_by_mood(ports: Ports, clock: Clock) -> None:
    """Only confirmed ones of the caller."""
    happy = a_file(ports)
    clock.pass_(1)
    sad = a_file(ports, metadata=FileMetadata(mood="sad"))
    a_sent_upload(ports)
    a_file(ports, BOB)

    assert ids(ports) == [sad.upload_id, happy.upload_id]
    assert ids(ports, mood="sad") == [sad.upload_id]
    assert ids(ports, mood="neutral") == []
    assert count_by_mood(ports, ALICE) == {None: 2, "happy": 1, "sad": 1, "neutral": 0}


def test_a_page_begins_after_the_position_of_the_last(ports: Ports) -> None:
    """Files of one millisecond are distinguished by id, so none is skipped or repeated."""
    made = {a_file(ports).upload_id for _ in range(5)}

    seen: list[str] = []
    after = None
    while page := list_files(ports, ALICE, UploadQuery("alice", after=after, limit=2)):
        seen += [file.upload_id for file in page]
        after = Position(page[-1].created_at, page[-1].upload_id)

    assert seen == sorted(made, reverse=True)


def test_a_mood_that_does_not_exist_cannot_be_listed(ports: Ports) -> None:
    """An empty list would hide the typing error."""
    with pytest.raises(MoodNotAllowed):
        list_files(ports, ALICE, UploadQuery("alice", mood="hapy"))


def test_a_download_names_the_confirmed_version_the_name_and_the_type(ports: Ports) -> None:
    """So later writes to the key do not change the download."""
    seen: dict[str, str] = {}
    file = a_file(ports, filename="Été à 日本 “1”.mp3")

    class Watching:
        def presign_get(self, bucket: str, object_key: str, *, params: dict[str, str], **times: object) -> object:
            seen.update(params)
            return ports.objects.presign_get(bucket, object_key, params=params, **times)

    watching = replace(ports, objects=Watching())

    download = presign_download(watching, ALICE, file, DownloadOptions(expires_in=5))

    assert seen["versionId"] == file.version_id
    assert seen["response-content-type"] == "audio/mpeg"
    assert seen["response-content-disposition"].startswith('attachment; filename="Ete a  1.mp3"')
    assert unquote(seen["response-content-disposition"].partition("filename*=UTF-8''")[2]) == file.filename
    assert (download.expires_at - ports.now()).total_seconds() == 5


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [("audio/mpeg", "inline"), ("image/png", "inline"), ("application/pdf", "inline"), ("image/svg+xml", "attachment")],
)
def test_only_safe_types_are_shown_inline(ports: Ports, content_type: str, expected: str) -> None:
    """SVG and HTML run scripts, so a browser must save them."""
    seen: list[str] = []

    class Watching:
        def presign_get(self, bucket: str, object_key: str, *, params: dict[str, str], **times: object) -> None:
            seen.append(params["response-content-disposition"])

    watching = replace(ports, objects=Watching())
    file = a_file(ports)

    presign_download(watching, ALICE, replace(file, content_type=content_type), DownloadOptions(inline=True))

    assert seen[0].startswith(f"{expected};")


def test_a_deleted_file_is_gone_with_its_bytes(ports: Ports) -> None:
    """In every version; deleting it again succeeds."""
    file = a_file(ports)

    delete_file(ports, ALICE, file.upload_id)
    delete_file(ports, ALICE, file.upload_id)

    assert ports.objects.keys() == []
    assert ids(ports) == []
    with pytest.raises(FileNotFound):
        get_file(ports, ALICE, file.upload_id)
    with pytest.raises(FileDeleted):
        confirm_upload(ports, ALICE, file.upload_id, NO_METADATA)


def test_a_tombstone_removes_what_a_late_url_created_again(ports: Ports, clock: Clock) -> None:
    """It stays until the last URL expires; then the sweeper empties the key once more."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    send(ports, transfer, SONG)
    confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    delete_file(ports, ALICE, upload.upload_id)
    assert send(ports, transfer, SONG).status == 200
    assert sweep(ports).total == 0

    clock.pass_(60 + 600)
    report = sweep(ports)

    assert (report.removed, ports.objects.keys()) == (1, [])
    assert ports.records.get(upload.upload_id) is None


def test_a_file_deleted_after_its_urls_are_dead_leaves_no_tombstone(ports: Ports, clock: Clock) -> None:
    """Nothing can re-create the object, so nothing needs to wait."""
    file = a_file(ports)
    clock.pass_(60 + 600)

    delete_file(ports, ALICE, file.upload_id)

    assert ports.records.get(file.upload_id) is None


def test_another_owners_file_is_not_found(ports: Ports) -> None:
    """For reading or deleting; it stays."""
    file = a_file(ports)

    for act in (get_file, delete_file):
        with pytest.raises(FileNotFound):
            act(ports, BOB, file.upload_id)

    assert get_file(ports, ALICE, file.upload_id) == file


def test_an_upload_that_is_not_confirmed_is_no_file(ports: Ports) -> None:
    """It can be neither downloaded nor deleted as one."""
    upload = a_sent_upload(ports)

    for act in (get_file, delete_file):
        with pytest.raises(FileNotFound):
            act(ports, ALICE, upload.upload_id)

    assert ports.objects.head(upload.bucket, upload.object_key) is not None


@pytest.mark.parametrize(
    ("act", "scope"),
    [
        (lambda ports, who: list_files(ports, who, UploadQuery(who.owner)), FILES_READ),
        (count_by_mood, FILES_READ),
        (lambda ports, who: get_file(ports, who, "x"), FILES_READ),
        (lambda ports, who: find_by_key(ports, who, STAGED_KEY), FILES_READ),
        (lambda ports, who: find_by_key(ports, who, STAGED_KEY, NO_METADATA), UPLOADS_WRITE),
        (lambda ports, who: delete_file(ports, who, "x"), FILES_WRITE),
    ],
)
def test_each_call_needs_its_scope(ports: Ports, act: Callable[[Ports, Caller], object], scope: str) -> None:
    """A token with all other scopes is refused."""
    others = frozenset([FILES_READ, FILES_WRITE, UPLOADS_WRITE]) - {scope}

    with pytest.raises(ScopeMissing, match=scope):
        act(ports, Caller("alice", others))


def test_a_key_without_an_upload_has_no_file(ports: Ports) -> None:
    """A started upload that has not arrived gets another answer, which may be retried."""
    with pytest.raises(FileNotFound):
        find_by_key(ports, ALICE, STAGED_KEY)
    start_staged(ports, ALICE, STAGED_KEY)

    with pytest.raises(ObjectMissing):
        find_by_key(ports, ALICE, STAGED_KEY)


def test_the_first_look_at_a_key_takes_its_upload_in(ports: Ports) -> None:
    """The seed's client never confirms: after its PUT it asks for the download."""
    upload = a_staged_upload(ports)

    file = find_by_key(ports, ALICE, STAGED_KEY)

    assert (file.upload_id, file.status, file.object_key) == (upload.upload_id, UploadStatus.READY, STAGED_KEY)
    assert fetch(ports, file) == SONG


def test_what_is_said_of_a_key_is_recorded_each_time(ports: Ports) -> None:
    """POST /songs must still name the song after the key was downloaded."""
    a_staged_upload(ports)
    find_by_key(ports, ALICE, STAGED_KEY)

    file = find_by_key(ports, ALICE, STAGED_KEY, FileMetadata(mood="sad", title="Blue"))

    assert file.metadata == FileMetadata(mood="sad", title="Blue")
    assert ids(ports, mood="sad") == [file.upload_id]


def test_another_owners_key_has_no_file(ports: Ports) -> None:
    """Its prefix is refused; in open mode, which allows any prefix, the owner is part of the lookup."""
    a_staged_upload(ports, body=OTHER)
    find_by_key(ports, ALICE, STAGED_KEY)

    with pytest.raises(KeyOutsidePrefix):
        find_by_key(ports, BOB, STAGED_KEY)
    with pytest.raises(FileNotFound):
        find_by_key(ports, replace(BOB, any_prefix=True), STAGED_KEY)


def test_a_deleted_staged_file_makes_room_for_another_of_the_same_key(ports: Ports, clock: Clock) -> None:
    """Its tombstone must not block the key, nor its sweep touch the new file."""
    a_staged_upload(ports)
    first = find_by_key(ports, ALICE, STAGED_KEY)
    delete_file(ports, ALICE, first.upload_id)
    clock.pass_(1)
    a_staged_upload(ports, body=OTHER)

    second = find_by_key(ports, ALICE, STAGED_KEY)
    clock.pass_(90_000)
    sweep(ports)

    assert second.upload_id != first.upload_id
    assert fetch(ports, find_by_key(ports, ALICE, STAGED_KEY)) == OTHER
