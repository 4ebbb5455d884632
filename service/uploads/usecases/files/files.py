"""Files: confirmed uploads, as their owner lists, fetches and deletes them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from service.shared.model import Caller
from service.shared.scopes import (
    FILES_READ,
    FILES_WRITE,
    UPLOADS_WRITE,
    require,
)
from service.store.model import PresignedRequest, ReadMethod
from service.uploads import file_names, object_keys
from service.uploads.errors import FileChanged, FileNotFound, ObjectMissing
from service.uploads.metadata import PUBLIC, FileMetadata
from service.uploads.model import TransferKind, Upload, UploadChanges, UploadStatus
from service.uploads.ports import Ports
from service.uploads.queries import UploadQuery
from service.uploads.search import index_fields
from service.uploads.usecases.access import FINDERS, is_edited, require_may_describe
from service.uploads.usecases.confirming.staged import settle_key, staged_by
from service.uploads.usecases.covers import remove_covers
from service.uploads.usecases.purge import purge_objects
from service.uploads.usecases.transitions import (
    await_durable,
    described,
    first_emptying,
    own_file,
    tombstone_until,
)


@dataclass(frozen=True, slots=True)
class DownloadWish:
    """How a file is to be fetched. `expires_in` is in seconds; None takes the configured life."""

    inline: bool = False
    expires_in: int | None = None
    cache_control: str | None = None  # what the store shall say of it
    method: ReadMethod = "GET"


def list_files(ports: Ports, caller: Caller, query: UploadQuery) -> list[Upload]:
    """The caller's files, or where the query names no owner everybody's public ones. Raises MoodNotAllowed."""
    require(caller, FILES_READ)
    ports.policy.check_mood(query.mood)
    whose = None if query.owner is None else caller.owner
    return ports.records.page(replace(query, owner=whose, status=UploadStatus.READY))


def count_by_mood(ports: Ports, caller: Caller) -> dict[str, int]:
    """How many of the caller's files have each mood, in the configured order."""
    require(caller, FILES_READ)
    return {mood: ports.records.count(caller.owner, mood) for mood in ports.policy.moods}


def get_file(ports: Ports, caller: Caller, file_id: str) -> Upload:
    """The caller's file, or a public one. Raises FileNotFound for all others, and where it is not confirmed."""
    require(caller, FILES_READ)
    upload = ports.records.get(file_id)
    if upload is None or not may_read(caller, upload):
        raise FileNotFound(f"there is no file {file_id}")
    return upload


def may_read(caller: Caller, upload: Upload) -> bool:
    """Whether it is a file by now, and the caller's or public."""
    own_or_public = upload.owner == caller.owner or upload.metadata.visibility == PUBLIC
    return upload.status is UploadStatus.READY and own_or_public


def edit_file(
    ports: Ports, caller: Caller, file_id: str, edits: Mapping[str, Any], *, revisions: Collection[int] | None = None
) -> Upload:
    """Change name and metadata of the caller's file; None removes a field. `revisions`: only if it has one of them.

    Raises MoodNotAllowed, FileNotFound, FileChanged.
    """
    require(caller, FILES_WRITE)
    ports.policy.check_mood(edits.get("mood"))
    metadata = {name: value for name, value in edits.items() if name != "filename"}
    while True:
        upload = own_file(ports, caller, file_id)
        if revisions is not None and upload.revision not in revisions:
            raise FileChanged(f"file {file_id} is at revision {upload.revision}, which If-Match does not name")
        filename = file_names.clean(edits["filename"]) if "filename" in edits else upload.filename
        known = upload.metadata.model_copy(update=metadata)
        if (filename, known) == (upload.filename, upload.metadata):
            return upload
        changes: UploadChanges = {
            "revision": upload.revision + 1,
            "edited": True,
            "filename": filename,
            "metadata": metadata,
            **index_fields(filename, known),
        }
        expected: UploadChanges = {"status": UploadStatus.READY, "revision": upload.revision}
        # Where somebody else was first and no revision was asked for, the edit goes on top of theirs.
        if changed := ports.records.change(file_id, expected, changes):
            return changed


def url_lifetime(ports: Ports, caller: Caller, upload: Upload, wish: DownloadWish) -> int:
    """Return the seconds that a URL lasts: as requested, but at most the configured time for anyone but the owner.

    A URL cannot be revoked, and the owner may make a public file private again.
    """
    configured = ports.policy.download_url_expires_in
    wished = wish.expires_in or configured
    return wished if upload.owner == caller.owner else min(wished, configured)


def presign_download(ports: Ports, caller: Caller, upload: Upload, wish: DownloadWish) -> PresignedRequest:
    """Return a GET or HEAD of exactly the confirmed version, saved under its own name, for a caller who may read it.

    Inline only if that is safe (audio, video, raster images, PDF): HTML and SVG are always attachments.
    """
    content_type = upload.content_type or ""
    inline = wish.inline and file_names.may_show_inline(content_type)
    disposition = file_names.content_disposition("inline" if inline else "attachment", upload.filename)
    params = {"response-content-disposition": disposition, "response-content-type": content_type}
    if upload.version_id:
        params["versionId"] = upload.version_id
    if wish.cache_control:
        params["response-cache-control"] = wish.cache_control
    lifetime = url_lifetime(ports, caller, upload, wish)
    return ports.objects.presign_get(
        upload.bucket, upload.object_key, params=params, at=ports.now(), expires_in=lifetime, method=wish.method
    )


def delete_file(ports: Ports, caller: Caller, file_id: str) -> None:
    """Remove the file, its bytes and its cover. Safe to repeat.

    The document stays as a tombstone until the last URL that could re-create the object is dead.
    """
    require(caller, FILES_WRITE)
    states = (UploadStatus.READY, UploadStatus.DELETED)
    upload = own_file(ports, caller, file_id, states)
    if upload.status is UploadStatus.DELETED:
        await_durable(ports, upload)
    while upload.status is UploadStatus.READY:
        upload = _bury(ports, upload) or own_file(ports, caller, file_id, states)
    purge_objects(ports, upload)
    remove_covers(ports, file_id)
    if tombstone_until(upload) <= ports.now():
        ports.records.remove(file_id, {"status": UploadStatus.DELETED})


def _bury(ports: Ports, upload: Upload) -> Upload | None:
    changes: UploadChanges = {"status": UploadStatus.DELETED, "expires_at": first_emptying(ports, upload)}
    if upload.kind is TransferKind.STAGED:
        # The owner may upload to the same key again, so the tombstone must not keep it; no client can name this key.
        changes["object_key"] = object_keys.staging_key(upload.owner, upload.upload_id)
    # The version too: a newer upload to a staged key may be taking the file over right now.
    expected: UploadChanges = {"status": UploadStatus.READY, "version_id": upload.version_id, "etag": upload.etag}
    return ports.records.change(upload.upload_id, expected, changes)


def file_of_key(ports: Ports, caller: Caller, object_key: str, said: FileMetadata | None = None) -> Upload:
    """Settle what the caller staged for a key, set the metadata if given, and return the file of the key.

    Raises InvalidObjectKey or KeyOutsidePrefix for a key that the caller may not name, ObjectMissing if an upload was
    started but nothing has arrived, FileNotFound if none was started. With metadata for a file that existed before the
    call, it also raises what `require_may_describe` raises.
    """
    require(caller, FILES_READ if said is None else UPLOADS_WRITE)
    object_keys.named_key(caller, object_key)
    if said:
        ports.policy.check_mood(said.mood)
        if before := ports.records.file_by_key(caller.owner, object_key):
            require_may_describe(ports, caller, before, said)
    upload = settle_key(ports, caller, object_key, said or FileMetadata(), by="client" if said else "look")
    if upload is None:
        if staged_by(ports, caller, object_key):
            raise ObjectMissing(f"nothing has arrived for {object_key!r} yet")
        raise FileNotFound(f"there is no file {object_key!r}")
    return _with_metadata(ports, caller, upload, said) if said else upload


def _with_metadata(ports: Ports, caller: Caller, upload: Upload, said: FileMetadata) -> Upload:
    while upload.metadata.merged_with(said) != upload.metadata or upload.confirmed_by in FINDERS:
        # The file may have been found, and edited, while this call was settling its own upload of the same key.
        require_may_describe(ports, caller, upload, said)
        changes: UploadChanges = {
            **described(upload, said),
            "confirmed_by": "client",
            "edited": is_edited(upload) or upload.confirmed_by not in FINDERS,
        }
        expected: UploadChanges = {"status": UploadStatus.READY, "revision": upload.revision}
        changed = ports.records.change(upload.upload_id, expected, changes)
        upload = changed or own_file(ports, caller, upload.upload_id)
    return upload
