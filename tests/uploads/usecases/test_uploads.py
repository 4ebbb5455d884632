"""Starting, renewing, aborting and listing uploads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.ports import Ports
from service.shared.errors import Invalid, ScopeMissing
from service.shared.model import Caller
from service.shared.scopes import ADMIN, FILES_READ, FILES_WRITE
from service.uploads.errors import (
    ChecksumInvalid,
    ContentTypeNotAllowed,
    FileTooLarge,
    InvalidObjectKey,
    KeyOutsidePrefix,
    MoodNotAllowed,
    ObjectMissing,
    UploadAborted,
    UploadFinished,
    UploadNotFound,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import Checksum, TransferKind, UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.read import list_uploads
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.start import start_staged, start_upload
from tests.builders import ALICE, BOB, NO_METADATA, OTHER, SONG, a_declaration, a_file, a_sent_upload, send
from tests.conftest import Clock


def test_a_started_upload_is_recorded_before_its_url_is_handed_out(ports: Ports) -> None:
    """Every object then has a document, so nothing in the store is ever unaccounted for."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())

    assert ports.records.get(upload.upload_id) == upload
    assert (upload.status, upload.kind, upload.owner) == (UploadStatus.PENDING, TransferKind.PUT, "alice")
    assert upload.object_key == f"uploads/alice/{upload.upload_id}.mp3"
    assert transfer.expires_at == upload.urls_expire_at == ports.now() + timedelta(seconds=60)


def test_the_put_is_bound_to_length_type_bytes_and_once(ports: Ports) -> None:
    """The store accepts exactly what the client declared."""
    _, transfer = start_upload(ports, ALICE, a_declaration())

    assert transfer.headers["content-length"] == str(len(SONG))
    assert transfer.headers["content-type"] == "audio/mpeg"
    assert transfer.headers["if-none-match"] == "*"
    assert "x-amz-checksum-sha256" in transfer.headers
    assert send(ports, transfer, SONG + b"!").status == 403
    assert send(ports, transfer, SONG, {**transfer.headers, "content-type": "text/html"}).status == 403
    assert send(ports, transfer, SONG).status == 200
    assert send(ports, transfer, OTHER).status == 412


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"content_type": "text/html"}, ContentTypeNotAllowed),
        ({"content_type": "audio"}, ContentTypeNotAllowed),
        ({"content_type": "audio/mpeg\r\nx: y"}, ContentTypeNotAllowed),
        ({"size_bytes": 5 * 1024**3 + 1}, FileTooLarge),
        ({"size_bytes": -1}, Invalid),
        ({"metadata": FileMetadata(mood="furious")}, MoodNotAllowed),
        ({"checksum": Checksum("sha256", "AAAA")}, ChecksumInvalid),
        ({"checksum": Checksum("md5", "not base64!")}, ChecksumInvalid),
    ],
)
def test_what_the_policy_refuses_leaves_nothing_behind(
    ports: Ports, changes: dict[str, object], error: type[Exception]
) -> None:
    """Neither a document nor a URL."""
    with pytest.raises(error):
        start_upload(ports, ALICE, a_declaration(**changes))

    assert list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=10)) == []


def test_an_empty_file_is_a_file(ports: Ports) -> None:
    """Size 0 is valid from start to download."""
    file = a_file(ports, body=b"")

    assert (file.status, file.size_bytes) == (UploadStatus.READY, 0)


def test_a_type_with_parameters_is_kept_without_them(ports: Ports) -> None:
    """`audio/ogg; codecs=opus` is audio/ogg for both policy and store."""
    upload, transfer = start_upload(ports, ALICE, a_declaration(content_type="Audio/Ogg; codecs=opus"))

    assert upload.content_type == transfer.headers["content-type"] == "audio/ogg"


def test_a_type_may_have_a_bucket_of_its_own(ports: Ports) -> None:
    """MINIO_BUCKET_BY_TYPE sends videos elsewhere, and every later step follows the document."""
    elsewhere = replace(ports, policy=replace(ports.policy, bucket_by_type=(("video/*", "videos"),)))
    elsewhere.objects.prepare(elsewhere.policy.buckets)

    film = a_file(elsewhere, content_type="video/mp4")
    song = a_file(elsewhere)

    assert (film.bucket, song.bucket) == ("videos", ports.policy.bucket)


def test_a_fresh_url_moves_both_deadlines(ports: Ports, clock: Clock) -> None:
    """The sweeper must not run while a late URL is still valid."""
    upload, _ = start_upload(ports, ALICE, a_declaration())
    clock.pass_(ports.policy.pending_expires_in - 10)

    renewed, transfer = renew_urls(ports, ALICE, upload.upload_id)

    assert transfer.expires_at == renewed.urls_expire_at == clock() + timedelta(seconds=60)
    assert renewed.expires_at is not None
    assert renewed.expires_at > transfer.expires_at
    assert send(ports, transfer, SONG).status == 200


def test_an_expired_url_is_refused_and_a_fresh_one_is_taken(ports: Ports, clock: Clock) -> None:
    """A person whose network stalls longer than the URL lives continues with another."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    clock.pass_(61)
    assert send(ports, transfer, SONG).status == 403

    _, fresh = renew_urls(ports, ALICE, upload.upload_id)

    assert send(ports, fresh, SONG).status == 200


def test_a_url_lives_longer_for_a_larger_file(ports: Ports) -> None:
    """At 128 KiB/s, but never more than an hour."""
    lifetimes = [ports.policy.upload_url_lifetime(size) for size in (0, 100 * 1024**2, 5 * 1024**3)]

    assert lifetimes == [60, 800, 3600]


def test_an_aborted_upload_is_over(ports: Ports) -> None:
    """Its bytes go at once; confirm and new URLs are refused; abort itself may be repeated."""
    upload = a_sent_upload(ports)

    abort_upload(ports, ALICE, upload.upload_id)
    abort_upload(ports, ALICE, upload.upload_id)

    assert ports.objects.head(upload.bucket, upload.object_key) is None
    with pytest.raises(UploadAborted):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    with pytest.raises(UploadAborted):
        renew_urls(ports, ALICE, upload.upload_id)


def test_a_file_cannot_be_aborted(ports: Ports) -> None:
    """A late abort (a lost answer, another tab) must not remove a confirmed file."""
    file = a_file(ports)

    with pytest.raises(UploadFinished):
        abort_upload(ports, ALICE, file.upload_id)

    assert ports.objects.head(file.bucket, file.object_key, file.version_id) is not None


def test_a_confirmed_upload_gets_no_fresh_url(ports: Ports) -> None:
    """Nobody should send bytes for a finished file."""
    with pytest.raises(UploadFinished):
        renew_urls(ports, ALICE, a_file(ports).upload_id)


def test_uploads_are_listed_by_state_newest_first(ports: Ports, clock: Clock) -> None:
    """So a returning client finds its unfinished uploads."""
    started = []
    for _ in range(3):
        started.append(start_upload(ports, ALICE, a_declaration())[0].upload_id)
        clock.pass_(1)
    a_file(ports)

    pending = list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=10))

    assert [upload.upload_id for upload in pending] == started[::-1]


def test_another_owners_upload_is_not_found(ports: Ports) -> None:
    """Not forbidden: strangers must not learn whether the id exists."""
    upload = a_sent_upload(ports)

    for act in (renew_urls, abort_upload):
        with pytest.raises(UploadNotFound):
            act(ports, BOB, upload.upload_id)
    with pytest.raises(UploadNotFound):
        confirm_upload(ports, BOB, upload.upload_id, NO_METADATA)

    assert list_uploads(ports, BOB, UploadQuery("alice", UploadStatus.PENDING, limit=10)) == []
    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).status is UploadStatus.READY


def test_an_unknown_id_is_not_found(ports: Ports) -> None:
    """The same answer as for another owner's."""
    with pytest.raises(UploadNotFound):
        renew_urls(ports, ALICE, "01JD8ZK3V0X5W9QH2M4N6P7R8S")


def test_writing_uploads_needs_its_scope(ports: Ports) -> None:
    """A token to read or delete files cannot start, confirm or list uploads."""
    upload = a_sent_upload(ports)
    reader = Caller("alice", frozenset([FILES_READ, FILES_WRITE]))

    with pytest.raises(ScopeMissing):
        start_upload(ports, reader, a_declaration())
    with pytest.raises(ScopeMissing):
        start_staged(ports, reader, "uploads/alice/x.mp3")
    with pytest.raises(ScopeMissing):
        confirm_upload(ports, reader, upload.upload_id, NO_METADATA)
    with pytest.raises(ScopeMissing):
        abort_upload(ports, reader, upload.upload_id)
    with pytest.raises(ScopeMissing):
        renew_urls(ports, reader, upload.upload_id)
    with pytest.raises(ScopeMissing):
        list_uploads(ports, reader, UploadQuery("alice", UploadStatus.PENDING, limit=1))


def test_admin_has_every_scope(ports: Ports) -> None:
    """For an operator's own token, which still reaches only its owner's files."""
    admin = Caller("alice", frozenset([ADMIN]))

    assert a_file(ports, admin).status is UploadStatus.READY
    with pytest.raises(UploadNotFound):
        renew_urls(ports, admin, a_sent_upload(ports, BOB).upload_id)


@pytest.mark.parametrize("key", ["uploads/bob/x.mp3", "uploads/x.mp3", "other/alice/x.mp3", "incoming/alice/x"])
def test_a_named_key_stays_under_the_callers_prefix(ports: Ports, key: str) -> None:
    """The seed's clients choose keys, but only under their own prefix."""
    with pytest.raises(KeyOutsidePrefix):
        start_staged(ports, ALICE, key)


@pytest.mark.parametrize("key", ["uploads/alice/../bob/x", "uploads/alice//x", "/uploads/alice/x", "uploads/alice/\n"])
def test_an_odd_key_is_refused(ports: Ports, key: str) -> None:
    """Stores treat such keys differently, so none is passed on."""
    with pytest.raises(InvalidObjectKey):
        start_staged(ports, ALICE, key)


def test_in_open_mode_any_users_prefix_is_taken(ports: Ports) -> None:
    """The seed's client sends its own user ids; on a laptop all are the same local user."""
    local = Caller("local", ALICE.scopes, any_prefix=True)

    upload, transfer = start_staged(ports, local, "uploads/u1/a b.mp3")

    assert upload.staged.target_key == "uploads/u1/a b.mp3"
    assert upload.object_key == f"incoming/local/{upload.upload_id}"
    assert dict(transfer.headers) == {}
    with pytest.raises(ObjectMissing):
        confirm_upload(ports, local, upload.upload_id, NO_METADATA)
