"""A staged upload cannot name a key that another upload has or may get, and nothing is copied to one."""

from dataclasses import replace
from typing import Any

import pytest

from service.companion.usecases.uploads import FileToCome, start_multipart, start_single
from service.ports import Ports
from service.shared.errors import MoodropError
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES, FILES_READ, UPLOADS_WRITE
from service.uploads import object_keys
from service.uploads.errors import FileNotFound, ObjectKeyTaken, ObjectMissing
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import confirm_upload, finalize
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.start import start_staged
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    NO_METADATA,
    OTHER,
    SONG,
    STAGED_KEY,
    a_file,
    a_sent_cover,
    a_sent_multipart,
    a_sent_upload,
    a_staged_upload,
    fetch,
    later,
)
from tests.conftest import Clock

LONG_AFTER = 100_000  # s: every URL has expired, and every pending upload is due
UPLOADER = Caller("alice", frozenset({UPLOADS_WRITE, FILES_READ}))
ULID = "01JD8ZK3V0X5W9QH2M4N6P7R8S"


@pytest.mark.parametrize(
    "key",
    [
        f"uploads/alice/{ULID}",
        f"uploads/alice/{ULID}.mp3",
        f"uploads/alice/{ULID}.MP3",
        f"uploads/alice/{ULID.lower()}.mp3",
        f"uploads/alice/{ULID}.mp3/a",
        f"uploads/alice/{ULID}/a/b",
        f"uploads/alice/{ULID}.a name of its own.mp3",
        f"uploads/alice/{ULID.replace('K', chr(0x212A))}.mp3",  # some file systems treat the Kelvin sign as K
        f"uploads/alice/{ULID}.mp3\u2028",
    ],
)
def test_a_key_as_the_service_makes_them_cannot_be_named(ports: Ports, key: str) -> None:
    """Nor one that differs only in case or lies below one, because stores on file systems may confuse them."""
    with pytest.raises(ObjectKeyTaken):
        start_staged(ports, ALICE, key)

    assert list(later(ports, days=99).records.due(later(ports, days=99).now(), 9)) == []


@pytest.mark.parametrize("name", ["a.mp3", f"album/{ULID}.mp3", f"x{ULID}", f"{ULID}x"])
def test_other_keys_can_be_named(ports: Ports, name: str) -> None:
    """The service makes no such keys."""
    start_staged(ports, ALICE, f"uploads/alice/{name}")


def test_every_key_that_the_service_makes_has_that_shape(ports: Ports) -> None:
    """For any owner and file name."""
    for owner in ("alice", "../u1", "é"):
        for filename in ("a.mp3", "a", "a.tar.gz", "a.longextension", ".mp3", "é.ogg"):
            key = object_keys.final_key(owner, ports.new_id(), filename)
            assert object_keys.is_made_here(key), key


def _begun_before(ports: Ports, target_key: str) -> Upload:
    """Return a staged upload to that key, as an older version allowed it."""
    upload = a_staged_upload(ports, key="uploads/alice/older", body=OTHER)
    changed = ports.records.change(upload.upload_id, {}, {"target_key": target_key})
    assert changed
    return changed


def _form(ports: Ports) -> Upload:
    file = FileToCome("a.mp3", "audio/mpeg", FileMetadata(), size_bytes=len(SONG))
    return start_single(ports, ALICE, file, sends_headers=False)[0]


THEIR_OWN: dict[str, Any] = {
    "a put": a_sent_upload,
    "parts": a_sent_multipart,
    "a cover": lambda ports: a_sent_cover(ports, a_file(ports)),
    "a form": _form,
    "parts of Uppy": lambda ports: start_multipart(ports, ALICE, FileToCome("a.mp3", "audio/mpeg", FileMetadata())),
    "a file": a_file,
    "what was never started": None,
}


@pytest.mark.parametrize("kind", THEIR_OWN)
def test_nothing_is_copied_to_a_key_that_the_service_made(ports: Ports, kind: str) -> None:
    """In any confirming call: the other upload would record these bytes as its own, and then lose them."""
    make = THEIR_OWN[kind]
    key = f"uploads/alice/{ULID}.mp3"
    if make:
        other = make(ports)
        key = other.staged.target_key if other.staged else other.object_key
    upload = _begun_before(ports, key)
    stored = ports.objects.head(upload.bucket, key)

    for by in ("client", "event", "sweep"):
        with pytest.raises(ObjectKeyTaken):
            finalize(ports, upload, NO_METADATA, by=by)
    with pytest.raises(ObjectKeyTaken):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    for metadata in (None, FileMetadata(title="Blue")):
        try:
            assert find_by_key(ports, ALICE, key, metadata).upload_id != upload.upload_id
        except (FileNotFound, ObjectMissing):
            assert kind != "a file"

    assert ports.objects.head(upload.bucket, key) == stored


def test_what_waits_for_a_sealed_files_key_is_swept_away(ports: Ports, clock: Clock) -> None:
    """The file is unchanged."""
    sealed = a_file(ports)
    upload = _begun_before(ports, sealed.object_key)

    clock.pass_(LONG_AFTER)
    sweep(ports)
    clock.pass_(LONG_AFTER)
    sweep(ports)

    assert ports.records.get(upload.upload_id) is None
    assert fetch(ports, sealed) == SONG
    assert ports.objects.keys() == [sealed.object_key]


def test_a_forms_own_key_is_its_own(ports: Ports) -> None:
    """A form is staged too, but the service makes its key."""
    upload = _form(ports)
    form = ports.objects.presign_post(
        upload.bucket,
        upload.object_key,
        fields={"content-type": "audio/mpeg"},
        min_size_bytes=0,
        max_size_bytes=99,
        at=ports.now(),
        expires_in=60,
    )
    assert ports.objects.send_form(form.url, at=ports.now(), fields=form.fields, file=SONG) == 204

    file = confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert (file.object_key, fetch(ports, file)) == (upload.staged.target_key, SONG)


def test_another_owners_key_is_left_alone(ports: Ports) -> None:
    """Open mode allows any user's prefix, and one database may have served both modes."""
    theirs = confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, NO_METADATA)
    local = Caller("local", frozenset(ALL_SCOPES), any_prefix=True)
    upload = a_staged_upload(ports, caller=local, body=OTHER)

    with pytest.raises(ObjectKeyTaken):
        confirm_upload(ports, local, upload.upload_id, NO_METADATA)

    newest = ports.objects.head(theirs.bucket, theirs.object_key)
    assert newest is not None
    assert newest.version_id == theirs.version_id


def test_a_key_cannot_be_named_that_keeps_a_file_from_being_deleted(ports: Ports) -> None:
    """The tombstone of a file with a named key has a key that no client can name."""
    file = confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, NO_METADATA)
    older = a_staged_upload(ports, key=f"{STAGED_KEY}#{file.upload_id}", body=OTHER)
    confirm_upload(ports, ALICE, older.upload_id, NO_METADATA)

    delete_file(ports, ALICE, file.upload_id)

    tombstone = ports.records.get(file.upload_id)
    assert tombstone is not None
    assert tombstone.status is UploadStatus.DELETED
    with pytest.raises(MoodropError):
        object_keys.named_key(replace(ALICE, any_prefix=True), tombstone.object_key)
    assert fetch(ports, find_by_key(ports, ALICE, f"{STAGED_KEY}#{file.upload_id}")) == OTHER


# --- a file that has the key already -------------------------------------------------------------
def test_who_may_not_change_files_cannot_replace_one(ports: Ports) -> None:
    """Not even by an upload from before the file existed; it learns only that the key is taken."""
    early = a_staged_upload(ports, caller=UPLOADER, body=OTHER)
    file = confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, NO_METADATA)

    with pytest.raises(ObjectKeyTaken):
        confirm_upload(ports, UPLOADER, early.upload_id, FileMetadata(title="Defaced"))
    for caller in (UPLOADER, ALICE):
        assert find_by_key(ports, caller, STAGED_KEY) == file

    newest = ports.objects.head(file.bucket, file.object_key)
    assert newest is not None
    assert newest.version_id == file.version_id


def test_two_uploads_that_may_replace_nothing_leave_the_first(ports: Ports) -> None:
    """Of two uploads to one key, one is a file by the time the other is confirmed."""
    first, second = (a_staged_upload(ports, caller=UPLOADER, body=body) for body in (SONG, OTHER))

    file = confirm_upload(ports, UPLOADER, first.upload_id, NO_METADATA)
    with pytest.raises(ObjectKeyTaken):
        confirm_upload(ports, UPLOADER, second.upload_id, NO_METADATA)

    assert fetch(ports, find_by_key(ports, UPLOADER, STAGED_KEY)) == SONG == fetch(ports, file)


class TookTheKeyUnderTheCopy:
    """A store in which another upload becomes the key's file while the bytes are copied."""

    def __init__(self, ports: Ports, other: Upload) -> None:
        self._ports, self._other = ports, other

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ports.objects, name)

    def copy(self, *args: Any, **named: Any) -> Any:
        copied = self._ports.objects.copy(*args, **named)
        confirm_upload(self._ports, ALICE, self._other.upload_id, NO_METADATA)
        return copied


def test_a_file_that_comes_under_the_copy_is_not_replaced_either(ports: Ports) -> None:
    """The recording update checks again: the copy is removed, and the file keeps its own version."""
    mine, theirs = a_staged_upload(ports, caller=UPLOADER, body=OTHER), a_staged_upload(ports)
    racing = replace(ports, objects=TookTheKeyUnderTheCopy(ports, theirs))

    with pytest.raises(ObjectKeyTaken):
        confirm_upload(racing, UPLOADER, mine.upload_id, NO_METADATA)

    file = find_by_key(ports, ALICE, STAGED_KEY)
    assert fetch(ports, file) == SONG
    ports.objects.delete_version(file.bucket, STAGED_KEY, file.version_id)
    assert STAGED_KEY not in ports.objects.keys()  # noqa: SIM118  a method of the store
