"""Handles the store's own events: an object was created. Only the key is trusted, and only as the place to check.

So a forged, late, repeated or unrelated event changes nothing that a check would not change.
"""

import logging

from service.shared.errors import MoodropError, Unavailable
from service.store.places import bucket_name
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    OVER,
    TransferKind,
    Upload,
    UploadStatus,
)
from service.uploads.object_keys import is_possible, staged_id, staging_key
from service.uploads.ports import Ports
from service.uploads.usecases.confirming.confirm import finalize
from service.uploads.usecases.purge import purge_objects, purge_staging
from service.uploads.usecases.transitions import await_durable
from service.uploads.usecases.upkeep.forgotten import NOBODY, note_forgotten

log = logging.getLogger(__name__)


def handle_object_created(ports: Ports, bucket: str, object_key: str) -> None:
    """Record the pending upload of that key, if there is one and its bytes match the declaration.

    Bytes that came too late, by a valid URL, are removed; bytes that no document names are removed later.
    Raises StoreUnavailable and DatabaseUnavailable, so that the store repeats the event, and no other error.
    """
    if not is_possible(object_key):
        return
    upload = _upload_of(ports, bucket, object_key)
    if upload is None:
        # The event does not say from which store it comes.
        for place in ports.policy.buckets:
            if bucket_name(place) == bucket:
                note_forgotten(ports, place, object_key)
        return
    try:
        _take_in(ports, upload, object_key)
    except Unavailable:
        raise
    except MoodropError as problem:
        log.info("upload %s was not recorded: %s (%s)", upload.upload_id, problem.detail, problem.code)


def _upload_of(ports: Ports, bucket: str, object_key: str) -> Upload | None:
    """Return the upload whose URL writes to that key, or the file that came through incoming/."""
    uploads = [upload for upload in ports.records.at_key(object_key) if upload.object_key == object_key]
    finished = ports.records.get(staged_id(object_key)) if staged_id(object_key) and not uploads else None
    if finished and staging_key(finished.owner, finished.upload_id) == object_key:
        uploads = [finished]
    return next((upload for upload in uploads if bucket_name(upload.bucket) == bucket), None)


def _take_in(ports: Ports, upload: Upload, object_key: str) -> None:
    if upload.kind is TransferKind.MULTIPART or upload.owner == NOBODY:
        return  # a confirm made the object and records it, or an earlier event reported it
    if upload.status is UploadStatus.PENDING:
        finalize(ports, upload, FileMetadata(), by="event")
    elif upload.status in OVER:
        await_durable(ports, upload)
        purge_objects(ports, upload)
    elif upload.object_key != object_key or upload.status is UploadStatus.REPLACED:
        await_durable(ports, upload)
        purge_staging(ports, upload)
