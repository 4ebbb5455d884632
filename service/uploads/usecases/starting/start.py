"""Starts an upload: checks the declaration against policy and grant, writes the document, signs the requests."""

from typing import NamedTuple

from service.shared.errors import ScopeMissing
from service.shared.model import Caller
from service.shared.scopes import (
    FILES_WRITE,
    UPLOADS_WRITE,
    may,
    require,
)
from service.store.errors import StoreUnsafe
from service.store.model import PresignedRequest
from service.uploads import file_names, object_keys
from service.uploads.errors import IdempotencyKeyReused, ObjectKeyTaken, QuotaExceeded, TooMuchPending
from service.uploads.metadata import FileMetadata
from service.uploads.model import StagedState, TransferKind, Upload
from service.uploads.ports import Ports
from service.uploads.usecases import grants
from service.uploads.usecases.starting.declare import (
    NewUpload,
    build_upload,
    pending_upload,
    same_request,
    with_key,
)
from service.uploads.usecases.starting.pending import add_pending
from service.uploads.usecases.starting.renew import sign_again
from service.uploads.usecases.starting.signed_requests import StartedUpload, first_parts, open_and_sign, sign_put


def start_upload(ports: Ports, caller: Caller, new: NewUpload, idempotency_key: str | None = None) -> StartedUpload:
    """Check the policy and the token's grant, write the pending document, sign the PUT or the first parts.

    With an idempotency key, the same request again gets the upload of the first one, with a fresh URL.
    Raises ContentTypeNotAllowed, FileTooLarge, MoodNotAllowed, ChecksumInvalid, PartChecksumRequired, KeyOutsideGrant,
    GrantTypeNotAllowed, GrantTooLarge, GrantExhausted, QuotaExceeded, TooMuchPending, and for a cover what
    `check_cover` raises; then nothing is written. With a key it also raises IdempotencyKeyReused, and what `refusal`
    says if that upload is over.
    """
    require(caller, UPLOADS_WRITE)
    upload = build_upload(ports, caller, new)
    if idempotency_key is None:
        add_pending(ports, caller, upload)
        return _open_first(ports, upload)
    upload = with_key(upload, idempotency_key, new)
    # A repeated request takes nothing more from its token, and works even if the first one used the token up.
    if grants.is_counted(caller) and (earlier := _find_earlier(ports, upload)):
        return sign_again(ports, earlier, first_parts(earlier))
    return _start_once(ports, caller, upload)


def _start_once(ports: Ports, caller: Caller, upload: Upload) -> StartedUpload:
    # The database's unique index decides which of two simultaneous requests is the first.
    try:
        add_pending(ports, caller, upload)
    except (IdempotencyKeyReused, TooMuchPending, QuotaExceeded) as error:
        earlier = _find_earlier(ports, upload)
        if earlier:  # a repeated request already has its room
            return sign_again(ports, earlier, first_parts(earlier))
        if not isinstance(error, IdempotencyKeyReused):
            raise
        return _start_once(ports, caller, upload)  # the earlier upload was swept since, so the key is free again
    return _open_first(ports, upload)


def _find_earlier(ports: Ports, upload: Upload) -> Upload | None:
    """Return what the same request started before. Raises IdempotencyKeyReused if that was another request."""
    earlier = upload.idempotency_key and ports.records.started_by(upload.owner, upload.idempotency_key)
    return same_request(earlier, upload) if earlier else None


class StartedStaged(NamedTuple):
    """A staged upload and its bare PUT."""

    upload: Upload
    transfer: PresignedRequest


def start_staged(ports: Ports, caller: Caller, object_key: str) -> StartedStaged:
    """Start an upload by a bare PUT for a key that the client named; with files:write even for a key that has a file.

    Raises InvalidObjectKey, KeyOutsidePrefix, KeyOutsideGrant, ObjectKeyTaken, ScopeMissing, GrantNeedsDeclaration,
    GrantExhausted, QuotaExceeded, TooMuchPending, and StoreUnsafe if nothing could tell half a file from a whole one.
    """
    require(caller, UPLOADS_WRITE)
    grants.require_undeclared(caller)
    if not ports.objects.refuses_half_bodies:
        raise StoreUnsafe("this store keeps half a file as a whole one: declare the file, by POST /v1/uploads")
    target_key, upload_id = object_keys.new_key(caller, object_key), ports.new_id()
    upload = pending_upload(
        ports,
        upload_id=upload_id,
        owner=caller.owner,
        kind=TransferKind.STAGED,
        bucket=ports.policy.bucket,
        object_key=object_keys.staging_key(caller.owner, upload_id),
        filename=file_names.clean(target_key),
        content_type=None,
        size_bytes=None,
        metadata=FileMetadata(),
        started_with=caller.token_id,
        staged=StagedState(target_key, replaces=may(caller, FILES_WRITE)),
        # A client may use the URL repeatedly, with files of any size, so the sweeper checks it from its next round on.
        is_checked_at_once=True,
    )
    _add_staged(ports, caller, upload, target_key)
    return StartedStaged(upload, sign_put(ports, upload, upload.created_at))


def _add_staged(ports: Ports, caller: Caller, upload: Upload, target_key: str) -> None:
    """Write the document, unless the key has a file that the caller may not replace. The confirm checks it again."""
    if ports.policy.quota or grants.is_counted(caller):
        # What is refused for its key must take nothing of them.
        if file := ports.records.file_by_key(caller.owner, target_key):
            _check_replaceable(caller, file)
        add_pending(ports, caller, upload)
        return

    def write(upload: Upload) -> None:
        if file := ports.records.add_unless_file(upload):
            _check_replaceable(caller, file)
            ports.records.add(upload)

    add_pending(ports, caller, upload, write)


def _check_replaceable(caller: Caller, file: Upload) -> None:
    """Check that the caller may replace the file."""
    if file.kind is not TransferKind.STAGED:
        raise ObjectKeyTaken(f"the key {file.object_key!r} belongs to a file that cannot be replaced")
    if not may(caller, FILES_WRITE):
        raise ScopeMissing(f"the key already has a file: to replace it the token needs the scope {FILES_WRITE!r}")


def _open_first(ports: Ports, upload: Upload) -> StartedUpload:
    return open_and_sign(ports, upload, first_parts(upload), upload.created_at)
