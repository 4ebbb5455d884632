"""Removes the objects of an upload for good, in every version, so that no deleted bytes stay."""

from datetime import timedelta

from service.store.model import StoredObject
from service.uploads.model import TransferKind, Upload
from service.uploads.object_keys import staging_key
from service.uploads.ports import Ports

# A copy and its record are at most some two minutes apart (the time-outs of the adapters).
COPY_IN_FLIGHT = timedelta(seconds=300)


def purge_objects(ports: Ports, upload: Upload) -> None:
    """Remove everything the store holds for an upload that is over. Safe to repeat."""
    if upload.kind is TransferKind.MULTIPART:
        # First, so that nothing is left to complete. All of the key, because a crash may have left one without a name.
        ports.objects.abort_multiparts(upload.bucket, upload.object_key)
    remove_left(ports, upload)
    if upload.kind is not TransferKind.STAGED:
        ports.objects.purge(upload.bucket, upload.object_key)
        _purge_beside(ports, upload)
        return
    purge_staging(ports, upload)
    if upload.staged and upload.confirmed_at:
        _purge_target(ports, upload, upload.staged.target_key)


def _purge_beside(ports: Ports, upload: Upload) -> None:
    """Remove what a move that was killed copied to another store, and no document names."""
    if upload.confirmed_at is None:
        return
    for place in ports.policy.places_beside(upload.bucket, upload.content_type):
        ports.objects.abort_multiparts(place, upload.object_key)
        ports.objects.purge(place, upload.object_key)


def remove_left(ports: Ports, upload: Upload) -> None:
    """Remove the object that the file left in another store. Safe to repeat."""
    if upload.left is None:
        return
    key = upload.target_key
    ports.objects.delete_version(upload.left.bucket, key, upload.left.version_id)
    if upload.kind is not TransferKind.STAGED:  # other versions of a staged key may be those of other uploads
        # A younger one may be that of a move back.
        ports.objects.purge(upload.left.bucket, key, before=upload.left.at)


def _purge_target(ports: Ports, upload: Upload, target_key: str) -> None:
    # The final key of a staged upload may have a newer upload's version by now, so remove only its own version.
    # Without versions there is only one object, and it belongs to the newer file if there is one.
    if upload.version_id or not ports.records.file_by_key(upload.owner, target_key):
        ports.objects.delete_version(upload.bucket, target_key, upload.version_id)
    purge_copies(ports, upload)


def purge_copies(ports: Ports, upload: Upload) -> bool:
    """Remove the copies under a staged upload's final key that a confirm or a move made but, cut off, did not record.

    Returns False if a recent copy was left: it may still be recorded.
    """
    if upload.staged is None:
        return True
    target_key = upload.staged.target_key
    named = ports.records.at_key(target_key)
    if any(other.kind is not TransferKind.STAGED for other in named):
        return True  # the key of a sealed file, which no copy may touch
    beside = ports.policy.places_beside(upload.bucket, upload.content_type) if upload.confirmed_at else ()
    before = ports.now() - COPY_IN_FLIGHT
    were_removed = [
        ports.objects.purge(place, target_key, keep=_named_in(place, named), before=before)
        for place in (upload.bucket, *beside)
    ]
    return all(were_removed)


def _named_in(place: str, uploads: list[Upload]) -> set[str | None]:
    """Return the versions in that bucket which belong to these uploads."""
    own = {upload.version_id for upload in uploads if upload.bucket == place}
    # A file may have moved: URLs of its former version are good for a while.
    return own | {upload.left.version_id for upload in uploads if upload.left and upload.left.bucket == place}


def purge_older(ports: Ports, upload: Upload, newest: StoredObject) -> None:
    """Remove the replaced versions under incoming/, because a client may use the URL any number of times.

    Versions of the same second stay until the next check, because HEAD shows whole seconds only.
    """
    ports.objects.purge(upload.bucket, upload.object_key, keep={newest.version_id}, before=newest.modified_at)


def purge_staging(ports: Ports, upload: Upload) -> None:
    """Remove what this upload has under incoming/."""
    ports.objects.purge(upload.bucket, staging_key(upload.owner, upload.upload_id))
